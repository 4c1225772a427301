import type { LogMessage, VisitorChat } from '@parley/client';
import type { Wordings } from '@parley/protocol';
import type { ComponentChild } from 'preact';
import type { ToPanel } from '../bridge/to-panel.ts';
import { chooseLocale, createLanguage, loadLanguage, wantedLocales } from '../strings/language.ts';
import { en } from '../strings/en.ts';
import { brandFill, DEFAULT_COLOR, formatColor, parseColor } from '../design/colour.ts';
import type { VisitorDetails } from '../bridge/bridge.ts';
import { introductionOf, NOTHING_SAID } from './introduction.ts';
import type { Agreement } from './consent.ts';
import type { Host } from './host.ts';
import type { News } from './news.ts';
import type { Notebook } from './notebook.ts';
import { Panel, type Settings } from './panel.tsx';
import type * as TeaserModule from './teaser.tsx';
import { applyTheme } from './theme.ts';

export type Hello = Extract<ToPanel, { readonly type: 'hello' }>;

export interface SessionOptions {
  readonly chat: VisitorChat;
  readonly host: Host;
  readonly notebook: Notebook;
  readonly hello: Hello;
  readonly draw: (panel: ComponentChild) => void;
  /** Absent: nobody was asked for one. */
  readonly agreement?: Agreement | undefined;
}

/** The panel at work: what the page around asks for, what it is told, and what is drawn. */
export interface Session {
  heard(message: ToPanel): void;
}

const NO_WORDS: Wordings = {};

export function startSession(options: SessionOptions): Session {
  const { chat, host, notebook, hello } = options;
  let settings: Settings = {
    open: hello.open,
    pageFocused: hello.focused,
    theme: hello.theme,
    language: createLanguage('en', en),
    said: null,
    notify: notebook.is('notify'),
  };
  let details: VisitorDetails = hello;
  let asked = hello.locale;
  /** What the language in use was made of. */
  let spoken = '';
  let news: Promise<News | null> | null = null;
  let attended = false;
  let teaser: typeof TeaserModule | null = null;
  /** What the site says on that page comes next. */
  let visit: (address: string) => void = () => undefined;
  /** Where the visitor goes is told, if the site wants to know. */
  let went: (address: string) => void = () => undefined;
  let looked = hello.open;
  // A forgotten visitor's panel is another panel: nothing half-written stays in it.
  let visitorCount = 0;

  function draw(change: Partial<Settings>): void {
    settings = { ...settings, ...change };
    if (teaser !== null && settings.said !== null && !settings.open) {
      const { language, said: text } = settings;
      return options.draw(
        <teaser.Teaser text={text} language={language} host={host} onDismiss={() => unsay(null)} />,
      );
    }
    options.draw(
      <Panel
        key={visitorCount}
        chat={chat}
        settings={settings}
        notebook={notebook}
        more={options.agreement?.more(settings.language) ?? []}
        onAttention={(now) => {
          attended = now;
          if (now) void news?.then((loaded) => loaded?.calm());
        }}
        onNotify={setNotify}
        onClose={() => host.post({ type: 'close' })}
      />,
    );
  }

  /** Of a message that nobody looks at. */
  async function tell(from: string | null): Promise<void> {
    news ??= import('./news.ts').then(
      ({ createNews }) => createNews({ host, notebook }),
      () => null,
    );
    const loaded = await news;
    // Offline by then: with the next message it is tried again.
    if (loaded === null) news = null;
    else if (!attended)
      loaded.arrived({ from, unread: chat.unread.get(), language: settings.language });
  }

  function setNotify(on: boolean): void {
    if (on) return host.post({ type: 'page', ask: { do: 'permit' } });
    notebook.set('notify', false);
    draw({ notify: false });
  }

  /** The panel is whole again; what was said stays on it where somebody opens it for that. */
  function unsay(said: string | null): void {
    if (teaser !== null && settings.said !== null)
      host.post({ type: 'page', ask: { do: 'peek', width: 0, height: 0 } });
    draw({ said });
  }

  /** Nobody knows this visitor yet, and the site may want to say something first. */
  async function greet(messages: NonNullable<Hello['proactive']>): Promise<void> {
    teaser = await import('./teaser.tsx');
    visit = teaser.watch({
      messages,
      host,
      notebook,
      isWanted: () => !looked && chat.view.get() === null && chat.pending.get().length === 0,
      say(said) {
        applyTheme(document.documentElement, settings.theme ?? 'auto', hello.color);
        draw({ said });
      },
    });
    visit(hello.page.url);
  }

  /** Whoever answers what the site said first: agents see it. */
  function answer(): void {
    if (settings.said !== null) teaser?.tellAnswered(chat, settings.said);
  }

  /**
   * A visitor who was forgotten, here or in another tab, and still looks at the panel, begins anew; who
   * took back what they had agreed to is asked anew.
   */
  function startAgain(): void {
    queueMicrotask(() => {
      if (chat.phase.get().phase !== 'idle') return;
      if (options.agreement?.agreed() === null) options.agreement.ask();
      else if (settings.open) chat.start();
    });
  }

  /** What the site says of its visitor, told once the server knows which visitor that is. */
  function introduce(): void {
    const said = introductionOf(details);
    if (chat.phase.get().phase !== 'ready' || said === null) return;
    details = NOTHING_SAID;
    chat.setVisitor(said).catch(() => {
      // Refused, or unheard: the visitor can do nothing about it, and talks on. The site says it
      // again on the next page.
    });
  }

  /** In the language that was asked for, else the visitor's, else the site's; in the site's words. */
  async function speak(): Promise<void> {
    const phase = chat.phase.get();
    const site = phase.phase === 'ready' ? phase.config.site : null;
    const locale = chooseLocale([...wantedLocales(asked), ...(site === null ? [] : [site.locale])]);
    const wordings = site?.wording ?? NO_WORDS;
    const wanted = JSON.stringify([locale, wordings]);
    if (wanted === spoken) return;
    spoken = wanted;
    try {
      const language = await loadLanguage(locale, wordings);
      if (spoken === wanted) settings = { ...settings, language };
    } catch {
      // Not to be had just now: English is better than nothing, and it is asked for again.
      if (spoken === wanted) spoken = '';
    }
    draw({});
    report();
  }

  let reported = '';
  function report(): void {
    const { realtimeProvider, realtimeConnected, channelSubscription } = chat.realtime.get();
    const unread = chat.unread.get();
    const state = {
      type: 'state',
      realtimeProvider,
      realtimeConnected,
      channelSubscription,
      unread,
      unreadText: unread === 0 ? '' : settings.language.text('unread', { n: unread }),
      // Also who only has something to send: the next page sends it, opened or not.
      known: chat.view.get() !== null || chat.pending.get().length > 0,
    } as const;
    const now = JSON.stringify(state);
    if (now === reported) return;
    reported = now;
    host.post(state);
  }

  function reportAppearance(): void {
    const phase = chat.phase.get();
    if (phase.phase !== 'ready') return;
    const { appearance } = phase.config.site;
    notebook.setAppearance(appearance);
    const { position, theme } = appearance;
    // As the panel shows it, so that both are of one colour.
    const { fill } = brandFill(parseColor(appearance.color) ?? DEFAULT_COLOR);
    host.post({ type: 'appearance', color: formatColor(fill), position, theme });
  }

  function reportMessage(message: LogMessage): void {
    if (message.id === null || message.seq === null) return;
    host.post({
      type: 'message',
      id: message.id,
      seq: message.seq,
      sender_type: message.sender_type,
      sender_name: message.sender_name?.slice(0, 200) ?? null,
    });
  }

  function heard(message: ToPanel): void {
    switch (message.type) {
      case 'hello':
        return;
      case 'shown':
        if (message.open) chat.start();
        looked ||= message.open;
        went(message.page.url);
        settings = { ...settings, open: message.open };
        if (!message.open) visit(message.page.url);
        return unsay(message.open ? settings.said : null);
      case 'permitted':
        notebook.set('notify', message.granted);
        return draw({ notify: message.granted });
      case 'focus':
        return draw({ pageFocused: message.focused });
      case 'theme':
        return draw({ theme: message.theme });
      case 'locale':
        asked = message.locale;
        return void speak();
      case 'identify':
        return chat.identify(message.token);
      case 'visitor':
        details = message;
        return introduce();
      case 'send':
        chat.start();
        if (message.text.trim() !== '') chat.send(message.text);
        return;
      case 'reset':
        details = NOTHING_SAID;
        visitorCount += 1;
        notebook.forget();
        chat.reset();
        return draw({});
    }
  }

  chat.on('message', reportMessage);
  chat.on('message', ({ sender_name }) => {
    if (!attended) void tell(sender_name);
  });
  chat.phase.subscribe(reportAppearance);
  chat.phase.subscribe(introduce);
  chat.phase.subscribe(startAgain);
  chat.phase.subscribe(() => void speak());
  for (const store of [chat.realtime, chat.unread, chat.view, chat.pending])
    store.subscribe(report);
  for (const store of [chat.view, chat.pending]) store.subscribe(answer);
  if (hello.identity !== null) chat.identify(hello.identity);
  styleForcedColours();
  // Drawn then: nobody is greeted in one language and spoken to in another.
  void speak();
  if (!hello.open && !hello.known && hello.proactive !== null)
    greet(hello.proactive).catch(() => undefined);
  // Not before there is a reason: who only hovers over the launcher is no visitor yet.
  if (hello.open || hello.known || hello.live) chat.start();
  if (hello.live)
    import('./whereabouts.ts').then(
      ({ followVisitor }) => (went = followVisitor(chat, host, hello.page.url)),
      () => undefined,
    );
  return { heard };
}

/** Few people's browsers force colours on pages: those alone load what that takes. */
function styleForcedColours(): void {
  const forced = matchMedia('(forced-colors: active)');
  const load = (): void => {
    if (forced.matches) import('./forced.css').catch(() => undefined);
  };
  forced.addEventListener('change', load);
  load();
}
