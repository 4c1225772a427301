import { escapeHtml } from './escape-html.ts';

/** A plain page that embeds a site's widget as its owner would, to try it out. */
export function testPage(site: { name: string; token: string }, debug: boolean): string {
  const name = escapeHtml(site.name);
  const attribute = debug ? ' data-debug' : '';
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Test page of ${name}</title>
    <link rel="icon" href="data:," />
    <style>
      :root { color-scheme: light dark; }
      body {
        font: 1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 4rem auto; padding: 0 1.5rem;
        background: light-dark(#fff, #16181d); color: light-dark(#16181d, #f2f3f5);
      }
      a { color: light-dark(#0b57d0, #8ab4f8); }
      a { color: light-dark(#1d4ed8, #8fb4ff); }
      pre {
        white-space: pre-wrap; overflow-wrap: anywhere;
        padding: 1rem; border: 1px solid; border-radius: 0.5rem;
      }
    </style>
  </head>
  <body>
    <h1>Test page</h1>
    <p>
      This page embeds the widget of <strong>${name}</strong> exactly as any page would. Open the chat
      in the corner and write something; answer it in the <a href="/admin">dashboard</a>.
    </p>
    <p>One line does it:</p>
    <pre tabindex="0"><code>&lt;script async src="/chatbot-widget.js" data-token="${escapeHtml(site.token)}"&gt;&lt;/script&gt;</code></pre>
    <p>
      ${debug ? 'The console tells what happens.' : '<a href="?debug">With debugging</a> the console tells what happens.'}
    </p>
    <script async src="/chatbot-widget.js" data-token="${escapeHtml(site.token)}"${attribute}></script>
  </body>
</html>
`;
}
