import type { NotificationSettings, QuietHours } from '@parley/protocol';

/** Time zones are ahead by whole minutes. */
const MINUTE_MS = 60_000;

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

/** Whether this agent is rung for. Pure. */
export function rings(
  { push, quiet }: NotificationSettings,
  agentId: number,
  { assigneeId }: Waiting,
  now_ms: number,
): boolean {
  if (push === 'off' || isQuiet(quiet, now_ms)) return false;
  return push === 'all' || assigneeId === null || assigneeId === agentId;
}

/** Pure; by the clock on the agent's wall. */
export function isQuiet(quiet: QuietHours | null, now_ms: number): boolean {
  return quiet !== null && isWithin(quiet, wallClock(quiet.time_zone)(now_ms));
}

/**
 * That time itself, or, where it lies in quiet hours, the minute in which they end. Pure. It is looked
 * for minute by minute: a day in which clocks are changed is not one of 24 hours.
 */
export function afterQuiet(quiet: QuietHours | null, at_ms: number): number {
  if (quiet === null || !isQuiet(quiet, at_ms)) return at_ms;
  const clock = wallClock(quiet.time_zone);
  let minute_ms = Math.floor(at_ms / MINUTE_MS) * MINUTE_MS;
  do minute_ms += MINUTE_MS;
  while (isWithin(quiet, clock(minute_ms)));
  return minute_ms;
}

/** Hours that begin when they end are none: there is always a minute that is not within. */
function isWithin({ from, to }: QuietHours, time: string): boolean {
  if (from === to) return false;
  return from < to ? from <= time && time < to : from <= time || time < to;
}

/** Tells times as `HH:MM`. */
function wallClock(timeZone: string): (at_ms: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at_ms) => format.format(at_ms);
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
