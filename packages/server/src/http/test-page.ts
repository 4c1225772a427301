import { escapeHtml } from './escape-html.ts';

/** What of `data-debug` stands on the page's script tag. */
export type TestPageMode = 'plain' | 'debug' | 'polling';

const ATTRIBUTE: Readonly<Record<TestPageMode, string>> = {
  plain: '',
  debug: ' data-debug',
  polling: ' data-debug="polling"',
};

const MODES: readonly (readonly [mode: TestPageMode, query: string, name: string])[] = [
  ['plain', '/chatbot-test.html', 'As embedded'],
  ['debug', '?debug', 'Telling the console'],
  ['polling', '?polling', 'Without WebSockets'],
];

const LOCALES = 'en de fr es pt it nl pl tr ar he ja zh hi'.split(' ');

/** A plain page that embeds a site's widget as its owner would, to try it out. */
export function testPage(site: { name: string; token: string }, mode: TestPageMode): string {
  const name = escapeHtml(site.name);
  const tag = `<script async src="/chatbot-widget.js" data-token="${escapeHtml(site.token)}"${ATTRIBUTE[mode]}></script>`;
  const modes = MODES.map(([each, query, label]) =>
    each === mode ? `<b aria-current="page">${label}</b>` : `<a href="${query}">${label}</a>`,
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Test page of ${name}</title>
    <link rel="icon" href="data:," />
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>Test page</h1>
    <p>
      This page embeds the widget of <strong>${name}</strong> exactly as any page would. Open the chat
      in the corner and write something; answer it in the <a href="/admin">dashboard</a>.
    </p>
    <p>One line does it:</p>
    <pre tabindex="0"><code>${escapeHtml(tag)}</code></pre>
    <nav aria-label="Ways to embed">${modes.join(' · ')}</nav>
    <h2>Parley.state</h2>
    <dl></dl>
    <h2>Script API</h2>
    <form data-call="setTheme">
      <label>Theme <select name="value">${options(['auto', 'light', 'dark'])}</select></label>
    </form>
    <form data-call="setLocale">
      <label>Language <select name="value">${options(LOCALES)}</select></label>
    </form>
    <form data-call="setVisitor">
      <label>Name of the visitor <input name="name" autocomplete="off" /></label>
      <label>Address of the visitor <input name="email" type="email" autocomplete="off" /></label>
      <button>Set visitor</button>
    </form>
    <form data-call="identify">
      <label>Identity token <input name="token" autocomplete="off" /></label>
      <button>Identify</button>
    </form>
    <form data-call="reset"><button>Reset</button></form>
    <h2>Events</h2>
    <ol></ol>
    <script>${SCRIPT}</script>
    ${tag}
  </body>
</html>
`;
}

const options = (values: readonly string[]): string =>
  values.map((value) => `<option>${value}</option>`).join('');

const STYLE = `
      :root { color-scheme: light dark; }
      body {
        font: 1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 4rem auto; padding: 0 1.5rem;
        background: light-dark(#fff, #16181d); color: light-dark(#16181d, #f2f3f5);
      }
      h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
      a { color: light-dark(#1d4ed8, #8fb4ff); }
      pre {
        white-space: pre-wrap; overflow-wrap: anywhere;
        padding: 1rem; border: 1px solid; border-radius: 0.5rem;
      }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
      dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
      form { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin: 0.5rem 0; }
      label { display: grid; }
      input, select, button { font: inherit; padding: 0.25rem 0.5rem; }
    `;

/** The page's own script: it knows of the widget what any page does. */
const SCRIPT = `
      const line = document.querySelector('code');
      // Copied from here it works on any page.
      line.textContent = line.textContent.replace('src="/', 'src="' + location.origin + '/');
      const values = document.querySelector('dl');
      const events = document.querySelector('ol');
      const show = (state) => values.replaceChildren(...Object.entries(state).flatMap(([name, value]) => {
        const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
        term.textContent = name;
        detail.textContent = String(value);
        return [term, detail];
      }));
      const note = (name) => (detail) => {
        const entry = document.createElement('li');
        entry.textContent = name + ' ' + (JSON.stringify(detail) ?? '');
        events.prepend(entry);
        events.children[9]?.remove();
      };
      window.Parley = window.Parley || [];
      Parley.push(['on', 'ready', () => show(Parley.state)], ['on', 'state', show]);
      for (const name of ['ready', 'open', 'close', 'unread', 'identity', 'message'])
        Parley.push(['on', name, note(name)]);
      for (const form of document.forms) {
        const call = (event) => {
          event.preventDefault();
          const { value, ...fields } = Object.fromEntries(new FormData(form));
          Parley.push([form.dataset.call, value ?? fields]);
        };
        form.addEventListener('submit', call);
        if (form.elements.value) form.addEventListener('change', call);
      }
    `;
