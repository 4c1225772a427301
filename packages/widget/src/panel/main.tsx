import './panel.css';
import { createVisitorChat, platform, type VisitorChatOptions } from '@parley/client';
import { render } from 'preact';
import type { HostPage } from '../bridge/bridge.ts';
import type { ToPanel } from '../bridge/to-panel.ts';
import { chooseLocale, wantedLocales } from '../strings/language.ts';
import type { Agreement } from './consent.ts';
import { connectHost, NO_HOST } from './host.ts';
import { openNotebook } from './notebook.ts';
import { startSession, type Hello, type Session } from './session.tsx';
import { openStorage, pageStorage } from './storage.ts';

/** Reads how the page was called, waits for the loader's hello, and starts. */
function main(): void {
  const root = document.getElementById('panel');
  const siteToken = new URLSearchParams(location.search).get('token');
  if (root === null || siteToken === null) return;
  const hash = new URLSearchParams(location.hash.slice(1));
  const early: ToPanel[] = [];
  let session: Session | null = null;
  let page: HostPage = { url: location.href, title: '', referrer: document.referrer };

  const start = (hello: Hello, agreement?: Agreement): Session => {
    const storage = agreement?.storage ?? openStorage(alone ? null : pageStorage(hello.kept, host));
    return startSession({
      hello,
      host,
      notebook: openNotebook(storage, siteToken),
      draw: (panel) => render(panel, root),
      agreement,
      chat: createVisitorChat({
        baseUrl: new URL('..', location.href).href.replace(/\/$/, ''),
        siteToken,
        storage,
        page: () => page,
        locale: chooseLocale(wantedLocales(hello.locale)),
        consent: agreement?.agreed,
        onIdentity: (refusal) => host.post({ type: 'identity', error: refusal?.code ?? null }),
        ...debugging(hash.get('debug')),
      }),
    });
  };

  /** What few sites want is loaded for those alone, and before anything else happens. */
  const begin = (hello: Hello): void => {
    if (hello.consent)
      import('./consent.ts').then(
        ({ askConsent }) => (session = askConsent({ siteToken, root, hello, host, early, start })),
        () => setTimeout(begin, 3_000, hello),
      );
    else session = start(hello);
  };

  const origin = hash.get('origin');
  const alone = origin === null || parent === window;
  const host = alone
    ? NO_HOST
    : connectHost(origin, (message) => {
        if ('page' in message) page = message.page;
        if (session !== null) session.heard(message);
        else if (message.type === 'hello') begin(message);
        else early.push(message);
      });
  if (alone) {
    // Opened as a page of its own: there is nobody to say hello.
    begin({
      type: 'hello',
      page,
      open: true,
      focused: false,
      known: true,
      locale: null,
      theme: null,
      name: null,
      email: null,
      attributes: null,
      identity: null,
      kept: null,
      color: null,
      proactive: null,
      live: false,
      consent: true,
    });
  } else host.post({ type: 'ready' });
}

/** `data-debug`: the console tells what happens (RT-9); with the value `polling` no WebSocket opens. */
function debugging(asked: string | null): Partial<VisitorChatOptions> {
  if (asked === null) return {};
  // oxlint-disable-next-line no-console -- it was asked for
  const debug = (line: string): void => console.info(`[parley] ${line}`);
  if (asked !== 'polling') return { debug };
  const refuse = (): never => {
    throw new Error('switched off by data-debug');
  };
  return { debug, environment: { ...platform(), openSocket: refuse, loadPusher: refuse } };
}

main();
