/**
 * What the page of the site (the loader) and the panel (the iframe) say to each other, by
 * `postMessage`. Each side takes a message only from the other's window and exact origin, and only
 * in one of these forms; anything else belongs to somebody else and is left alone.
 */
export type Theme = 'auto' | 'light' | 'dark';
export type Position = 'right' | 'left';

/** The page on which the widget stands. */
export interface HostPage {
  readonly url: string;
  readonly title: string;
  readonly referrer: string;
}

/** What the site says of its visitor; null: not said. */
export interface VisitorDetails {
  readonly name: string | null;
  readonly email: string | null;
  /** JSON of whatever else the page says, to be looked at where it is used. */
  readonly attributes: string | null;
}
export const ATTRIBUTES_CHARS = 20_000;

/** What the panel has the page keep for it, where the browser keeps nothing for frames. */
export type Kept = Readonly<Record<string, string | null>>;
export const KEPT_CHARS = 20_000;

export type Check = (value: unknown) => boolean;

/** For each message the check of each of its fields. */
export type Schema<M extends { readonly type: string }> = {
  readonly [T in M['type']]: {
    readonly [K in Exclude<keyof Extract<M, { readonly type: T }>, 'type'>]: Check;
  };
};

export const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
export const text =
  (max_chars: number): Check =>
  (value) =>
    typeof value === 'string' && value.length <= max_chars;
export const nullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
export const bool = oneOf(true, false);
export const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const themes = oneOf('auto', 'light', 'dark');
export const line = text(500);

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The message that `data` is, with its own fields only; null where it is none. */
export function parse(schema: Readonly<Record<string, object>>, data: unknown): object | null {
  if (!isRecord(data) || data['parley'] !== 1) return null;
  const type = data['type'];
  if (typeof type !== 'string' || !Object.hasOwn(schema, type)) return null;
  const message: Record<string, unknown> = { type };
  for (const [field, check] of Object.entries(schema[type] as Readonly<Record<string, Check>>)) {
    if (!check(data[field])) return null;
    message[field] = data[field];
  }
  return message;
}

/** The other end of the bridge. */
export interface Peer {
  /** Null while its window does not exist. */
  readonly window: unknown;
  readonly origin: string;
}

/** What of a `MessageEvent` counts. */
export interface Delivery {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
}

export const isFrom = (peer: Peer, event: Delivery): boolean =>
  peer.window !== null && event.source === peer.window && event.origin === peer.origin;

/** A message in the form in which it travels. */
export const seal = <M extends { readonly type: string }>(
  message: M,
): M & { readonly parley: 1 } => ({
  ...message,
  parley: 1,
});
