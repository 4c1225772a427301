import type { ConfigAnswer } from '@parley/protocol';
import {
  ATTRIBUTES_CHARS,
  themes,
  type HostPage,
  type Theme,
  type VisitorDetails,
} from '../bridge/bridge.ts';
import type * as Page from '../page/main.ts';
import type { ToHost } from '../bridge/to-host.ts';
import type { ParleyApi, ParleyState } from '../../embed/parley.ts';
import { createEmitter } from './emitter.ts';
import { createLink } from './link.ts';
import { openMemory } from './memory.ts';
import { createStage, type Look } from './stage.ts';
import { PHONE } from './style.ts';

export interface LoaderOptions {
  /** Where the server is, with a closing slash. */
  readonly base: URL;
  /** The public token of the site. */
  readonly token: string;
  /** `data-debug`, where it is there. */
  readonly debug: string | undefined;
  readonly locale: string | null;
}

const hostPage = (): HostPage => ({
  url: location.href.slice(0, 2_000),
  title: document.title.slice(0, 500),
  referrer: document.referrer.slice(0, 2_000),
});

/** Pages are written in JavaScript: an argument may be anything. An empty text says nothing. */
const textOrNull = (value: unknown, limit_chars = 500): string | null =>
  (typeof value === 'string' && value.slice(0, limit_chars)) || null;

const NOBODY: VisitorDetails = { name: null, email: null, attributes: null };

/** Draws the widget and gives its script API. */
export function createParley(options: LoaderOptions, removed: () => void): ParleyApi {
  const { base, token } = options;
  const memory = openMemory(token);
  const stage = createStage();
  const stop = new AbortController();
  const { on, emit, clear } = createEmitter();
  let state: ParleyState = {
    realtimeProvider: null,
    realtimeConnected: false,
    channelSubscription: null,
    unread: 0,
    open: false,
  };
  let locale = options.locale;
  let theme: Theme | null = null;
  let identity: string | null = null;
  let proactive: ConfigAnswer['site']['proactive'];
  let live = false;
  /** Until the site says otherwise. */
  let consent = true;
  let visitor = NOBODY;
  let attributes = {};

  function setState(change: Partial<ParleyState>): void {
    const before = state;
    state = { ...state, ...change };
    emit('state', state);
    if (state.unread !== before.unread) emit('unread', state.unread);
    if (state.open !== before.open) emit(state.open ? 'open' : 'close', undefined);
  }

  function look(change?: Look, fleeting?: boolean): void {
    const { color, position, theme: own } = change ?? memory.read();
    if (change && !fleeting) memory.write({ color, position, theme: own });
    stage.setLook({ color, position, theme: theme ?? own });
  }

  /** Whether the page itself, not the panel, has the keyboard of a focused window. */
  const pageFocused = (): boolean => document.hasFocus() && !stage.panelFocused();

  function heard(message: ToHost): void {
    switch (message.type) {
      case 'ready':
        if (state.open) stage.frame()?.focus();
        return;
      case 'close':
        return setOpen(false);
      case 'appearance':
        return look(message);
      case 'state': {
        const { type: _, unreadText, known, ...now } = message;
        memory.write({ known });
        stage.setUnread(now.unread, unreadText);
        return setState(now);
      }
      case 'page':
        return withPage(({ serve }) =>
          serve(message.ask, {
            launcher: stage.launcher,
            open: () => setOpen(true),
            tell: (news) => link.mention(news),
            moved: mentionPage,
          }),
        );
      case 'keep':
        return memory.write({
          kept: { ...memory.read().kept, [message.key]: message.value },
        });
      case 'identity':
      case 'message': {
        const { type, ...detail } = message;
        return emit(type, detail as never);
      }
    }
  }

  const panelUrl = new URL('widget/panel.html', base);
  panelUrl.searchParams.set('token', token);
  // The panel speaks with this origin only. Not a secret, and no claim: the browser enforces it.
  panelUrl.hash = new URLSearchParams({
    origin: location.origin,
    ...(options.debug !== undefined && { debug: options.debug }),
  }).toString();

  const link = createLink({
    stage,
    panelUrl,
    heard,
    hello: () => ({
      // The panel takes the fields that it knows.
      ...memory.read(),
      type: 'hello',
      page: hostPage(),
      open: state.open,
      focused: pageFocused(),
      identity,
      proactive: proactive ?? null,
      live,
      consent,
      locale: locale ?? (document.documentElement.lang || null),
      theme,
      ...visitor,
    }),
  });

  function setOpen(open: boolean): void {
    if (open === state.open) return;
    const back = stage.panelFocused() || document.activeElement === document.body;
    stage.setOpen(open);
    setState({ open });
    if (open) {
      link.load();
      stage.frame()?.focus();
      if (matchMedia(`${PHONE},(pointer:coarse)`).matches)
        withPage(({ cover }) => {
          if (state.open) cover(stage.launcher, { close: () => setOpen(false), on });
        });
    } else if (back) stage.launcher.focus();
    mentionPage();
  }

  function mentionPage(): void {
    link.mention({ type: 'shown', open: state.open, page: hostPage() });
  }

  /** Calls may come one after the other, each with something else. */
  function say(details: { name?: unknown; email?: unknown; attributes?: object }): void {
    attributes = { ...attributes, ...details.attributes };
    visitor = {
      name: textOrNull(details.name) ?? visitor.name,
      email: textOrNull(details.email) ?? visitor.email,
      attributes: textOrNull(JSON.stringify(attributes), ATTRIBUTES_CHARS),
    };
    link.mention({ type: 'visitor', ...visitor });
  }

  const api: ParleyApi = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!state.open),
    show: () => stage.setHidden(false),
    hide() {
      setOpen(false);
      stage.setHidden(true);
    },
    identify({ token }) {
      identity = textOrNull(token, 4_000);
      if (identity !== null) link.mention({ type: 'identify', token: identity });
    },
    setVisitor: say,
    setLocale(next) {
      locale = textOrNull(next);
      fetchConfig();
      if (locale !== null) link.mention({ type: 'locale', locale });
    },
    setTheme(next) {
      if (!themes(next)) return;
      theme = next;
      look();
      link.mention({ type: 'theme', theme });
    },
    sendMessage(text) {
      link.say({ type: 'send', text: textOrNull(text, 100_000) ?? '' });
    },
    reset() {
      visitor = NOBODY;
      attributes = {};
      identity = null;
      memory.write({ known: false });
      link.say({ type: 'reset' });
    },
    destroy() {
      setOpen(false);
      stop.abort();
      link.close();
      stage.remove();
      memory.clear();
      clear();
      removed();
    },
    on,
    push(...calls) {
      for (const [method, ...args] of calls) {
        const call = (api as unknown as Record<string, unknown>)[method];
        if (typeof call === 'function') Reflect.apply(call, api, args);
      }
    },
    get state() {
      return state;
    },
  };

  look();
  stage.setLabel('Open chat');
  listen();
  if (memory.read().known) loadWhenIdle();
  fetchConfig();
  // After the calls that were made before: they may listen for it.
  queueMicrotask(() => emit('ready', undefined));
  return api;

  function listen(): void {
    const { signal } = stop;
    const { launcher } = stage;
    launcher.addEventListener('click', () => setOpen(!state.open), { signal });
    for (const intent of ['pointerenter', 'focus', 'touchstart'])
      launcher.addEventListener(intent, () => link.load(), { signal, passive: true });
    launcher.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape') setOpen(false);
      },
      { signal },
    );
    const tellFocus = (): void => link.mention({ type: 'focus', focused: pageFocused() });
    // The event comes before the browser has settled where the focus went.
    for (const change of ['focus', 'blur'])
      addEventListener(change, () => setTimeout(tellFocus), { signal });
  }

  /** What few pages need is loaded by those alone; a policy that forbids it costs just that. */
  function withPage(act: (page: typeof Page) => void): void {
    import(/* @vite-ignore */ `${base.href}widget/page.js`).then(act, () => undefined);
  }

  /** Not while the page itself is loading. */
  function loadWhenIdle(): void {
    if (document.readyState === 'complete') link.load();
    else addEventListener('load', () => link.load(), { signal: stop.signal });
  }

  /** The public token stands in the address, so that no browser asks for permission first (CORS). */
  async function askConfig(): Promise<void> {
    const config = new URL(`api/chatbot/config?token=${token}`, base);
    const wanted = locale ?? (document.documentElement.lang || navigator.language);
    if (!/^en/i.test(wanted)) config.searchParams.set('locale', wanted);
    const answer = await fetch(config, { credentials: 'omit', signal: stop.signal });
    const { site } = (await answer.json()) as ConfigAnswer;
    const { appearance } = site;
    // Nothing is kept of who has not agreed; for who has, the panel says it again.
    consent = !!site.consent;
    look(appearance, consent);
    stage.setLabel(site.launcher_label ?? 'Open chat');
    if (appearance.launcher_text || appearance.launcher_picture)
      withPage(({ dress }) => dress(stage.launcher, appearance));
    proactive = site.proactive;
    live = !!site.live_visitors;
    // Messages that come by themselves are the panel's affair: it has to be there for them.
    if (proactive || live) loadWhenIdle();
  }

  /** Without an answer the launcher stays as it is: the panel tells the colour when it can. */
  function fetchConfig(): void {
    askConfig().catch(() => undefined);
  }
}
