import type { AgentLocale, NotificationSettings } from '@parley/protocol';

export const DEFAULT_NOTIFICATIONS: NotificationSettings = {
  push: 'mine',
  email_after_minutes: null,
  quiet: null,
};

/** What is known of a conversation when somebody might be told of it. */
export interface Waiting {
  readonly id: number;
  readonly siteId: number;
  readonly siteName: string;
  readonly assigneeId: number | null;
  readonly visitorId: number;
  readonly visitorName: string | null;
  readonly waitingSince_ms: number;
  /** What the visitor wrote last. */
  readonly text: string;
}

const ENDING: Readonly<Record<AgentLocale, { readonly title: string; readonly body: string }>> = {
  en: {
    title: 'Parley soon stops ringing here',
    body: 'Open it and it goes on. Otherwise you are signed out in this browser.',
  },
  de: {
    title: 'Parley klingelt hier bald nicht mehr',
    body: 'Öffnen Sie es, und es klingelt weiter. Sonst werden Sie in diesem Browser abgemeldet.',
  },
};

/** What a browser shows whose login ends soon. */
export function endingPayload(locale: AgentLocale): string {
  return JSON.stringify(ENDING[locale]);
}

const EXCERPT_CHARS = 140;

/** What the browser shows; nobody between can read it. */
export function pushPayload({ id, siteName, visitorId, visitorName, text }: Waiting): string {
  return JSON.stringify({
    conversation_id: id,
    title: visitorName ?? `#${visitorId} · ${siteName}`,
    body: excerpt(text),
  });
}

export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= EXCERPT_CHARS
    ? line
    : `${line.slice(0, EXCERPT_CHARS - 1).toWellFormed()}…`;
}

/** The push services of the browsers that there are; addresses of others are refused (SSRF). */
const MAKERS =
  /^(?:fcm\.googleapis\.com|(?:[\w-]+\.)*push\.services\.mozilla\.com|(?:[\w-]+\.)*push\.apple\.com|(?:[\w-]+\.)*notify\.windows\.com)$/;

/** Whether something may be sent to this address, which an agent's browser named. */
export function isPushService(endpoint: string, own: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { origin, protocol, hostname, port, username, password } = new URL(endpoint);
  if (username !== '' || password !== '') return false;
  return own.includes(origin) || (protocol === 'https:' && port === '' && MAKERS.test(hostname));
}
