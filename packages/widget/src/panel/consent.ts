import './consent.css';
import './words.ts';
import type { TokenStorage } from '@parley/client';
import type { ToPanel } from '../bridge/to-panel.ts';
import { enConsent } from '../strings/en-consent.ts';
import { en } from '../strings/en.ts';
import {
  addEnglish,
  chooseLocale,
  createLanguage,
  loadLanguage,
  type Language,
  wantedLocales,
} from '../strings/language.ts';
import { askWithdrawal, drawConsent } from './consent-card.ts';
import { askingSite, type AskingSite } from './consent-site.ts';
import { NO_HOST, type Host } from './host.ts';
import type { Option } from './options.tsx';
import type { Hello, Session } from './session.tsx';
import { browserStorage, cookieStorage, openStorage, pageStorage } from './storage.ts';
import { applyTheme } from './theme.ts';

addEnglish(enConsent);

/** What a visitor agreed to: from then on something may be kept. */
export interface Agreement {
  /** The version; null: it was taken back, here or in another tab. */
  readonly agreed: () => number | null;
  /** Begins from the beginning, as for whoever comes for the first time. */
  readonly ask: () => void;
  readonly storage: TokenStorage;
  /** How it is taken back. */
  readonly more: (language: Language) => readonly Option[];
}

export interface ConsentOptions {
  readonly siteToken: string;
  readonly root: HTMLElement;
  readonly hello: Hello;
  readonly host: Host;
  /** What the page said while this was loaded. */
  readonly early: readonly ToPanel[];
  /** @param agreement absent: the site does not ask */
  readonly start: (hello: Hello, agreement?: Agreement) => Session;
}

/** So many texts of the page wait for an agreement. */
const SENDS = 20;
const RETRY_MS = 3_000;

/**
 * Stands between the page and the session of a site that asks for consent, or may: nothing is kept in
 * the browser and nothing but the site's public settings is asked of the server before the visitor
 * agrees. What the page says meanwhile is kept in memory, and heard then.
 *
 * Without Preact: what a lazy part shares with the first one is split off it, to the cost of everybody.
 */
export function askConsent(options: ConsentOptions): Session {
  const { hello, host, siteToken, root } = options;
  const key = `parley.consent.${siteToken}`;
  const waiting: ToPanel[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  let session: Session | null = null;
  let site: AskingSite | null = null;
  let language = createLanguage('en', en);
  let { open, theme, locale } = hello;

  function begin(version: number | null): void {
    if (session !== null) return;
    stop.abort();
    root.replaceChildren();
    session = version === null ? options.start(hello) : options.start(hello, agreement(version));
    for (const message of waiting) session.heard(message);
  }

  function agreement(version: number): Agreement {
    const storage = openStorage(host === NO_HOST ? null : pageStorage(hello.kept, host));
    storage.setItem(key, String(version));
    let isLeaving = false;
    const ask = (): void => {
      if (!isLeaving) location.reload();
    };
    const agreed = (): number | null =>
      !isLeaving && storage.getItem(key) === String(version) ? version : null;
    const withdraw = async (): Promise<void> => {
      // First: once the server has erased the visitor, no tab may begin another one that agreed.
      storage.removeItem(key);
      isLeaving = true;
      try {
        await withdrawFrom(storage, siteToken);
        session?.heard({ type: 'reset' });
        const own = ['sound', 'notify', 'appearance'];
        for (const name of own) storage.removeItem(`parley.${name}.${siteToken}`);
        storage.removeItem(`${visitorKey(siteToken)}:line`);
      } catch (error) {
        storage.setItem(key, String(version));
        throw error;
      } finally {
        isLeaving = false;
      }
      ask();
    };
    const act = (language: Language) => () => askWithdrawal(language, withdraw);
    const more = (language: Language): readonly Option[] => [
      { label: language.text('withdraw'), act: act(language) },
    ];
    return { agreed, ask, storage, more };
  }

  /** Agreed before, or in another tab meanwhile. */
  function look(): void {
    const version = site?.consent?.version;
    const kept = readKept(key) ?? hello.kept?.[key];
    if (version !== undefined && kept === String(version)) begin(version);
  }

  function draw(): void {
    if (session !== null) return;
    const { documentElement } = document;
    applyTheme(documentElement, theme ?? site?.theme ?? 'auto', site?.color ?? hello.color);
    documentElement.lang = language.locale;
    documentElement.dir = language.direction;
    const onClose = (): void => host.post({ type: 'close' });
    drawConsent(root, { language, site, open, onAgree: begin, onClose });
  }

  async function speak(): Promise<void> {
    const locales = [...wantedLocales(locale), ...(site === null ? [] : [site.locale])];
    try {
      language = await loadLanguage(chooseLocale(locales), site?.wording);
    } catch {
      // Not to be had just now: what is said in English can be agreed to as well.
    }
    draw();
  }

  async function ask(): Promise<void> {
    while (site === null && !signal.aborted) {
      try {
        site = await fetchSite(siteToken, signal);
      } catch {
        // The server, or the network, is away: it is asked again (RT-4).
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    if (session !== null || site === null) return;
    if (site.consent === null) return begin(null);
    look();
    await speak();
  }

  function heard(message: ToPanel): void {
    if (session !== null) return session.heard(message);
    remember(waiting, message);
    if (message.type === 'shown') ({ open } = message);
    if (message.type === 'theme') ({ theme } = message);
    if (message.type === 'locale') ({ locale } = message);
    look();
    if (message.type === 'locale') void speak();
    else if (message.type === 'shown' || message.type === 'theme') draw();
  }

  addEventListener('storage', look, { signal });
  addEventListener(
    'keydown',
    ({ key: pressed }) => {
      if (pressed === 'Escape') host.post({ type: 'close' });
    },
    { signal },
  );
  void speak();
  void ask();
  for (const message of options.early) heard(message);
  return { heard };
}

/** Without trying first whether anything can be kept, which would write. */
function readKept(key: string): string | null {
  try {
    return browserStorage().getItem(key) ?? cookieStorage.getItem(key);
  } catch (error) {
    // The browser keeps nothing for frames here, but perhaps a cookie.
    if (error instanceof DOMException) return cookieStorage.getItem(key);
    throw error;
  }
}

/** Of each kind the last; of texts to be sent each. */
function remember(waiting: ToPanel[], message: ToPanel): void {
  const isSend = message.type === 'send';
  if (isSend && waiting.filter(({ type }) => type === 'send').length >= SENDS) return;
  const before = isSend ? -1 : waiting.findIndex(({ type }) => type === message.type);
  if (before >= 0) waiting.splice(before, 1);
  waiting.push(message);
}

/** Not by the address that browsers keep for a minute: what is agreed to is what the site says now. */
async function fetchSite(siteToken: string, signal: AbortSignal): Promise<AskingSite> {
  const answer = await fetch(new URL('../api/chatbot/config', location.href), {
    headers: { authorization: `Bearer ${siteToken}` },
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });
  return askingSite(await answer.json());
}

const visitorKey = (siteToken: string): string => `parley:visitor:${siteToken}`;

/** The server erases the visitor. */
async function withdrawFrom(storage: TokenStorage, siteToken: string): Promise<void> {
  const { ok, status } = await fetch(new URL('../api/chatbot/consent', location.href), {
    method: 'DELETE',
    headers: { authorization: `Bearer ${storage.getItem(visitorKey(siteToken)) ?? ''}` },
    credentials: 'omit',
  });
  // Whom the server does not know any more it has forgotten already.
  if (!ok && status !== 401) throw new Error(`not withdrawn: ${status}`);
}
