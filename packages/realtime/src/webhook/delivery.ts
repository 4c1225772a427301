import { hmacHex } from '../wire/hmac.ts';

/** What an endpoint is called with, the same each time that it is repeated. */
export interface Parcel {
  body: string;
  events: number;
  firstTried_ms: number;
  failures: number;
}

export interface Recipient {
  url: URL;
  key: string;
  secret: string;
  headers: Readonly<Record<string, string>>;
}

/** @param eventsJson what `webhookEventJson` made, in order */
export function parcelOf(eventsJson: readonly string[]): Parcel {
  return {
    body: `{"time_ms":${Date.now()},"events":[${eventsJson.join()}]}`,
    events: eventsJson.length,
    firstTried_ms: performance.now(),
    failures: 0,
  };
}

export type Outcome = { ok: true } | { ok: false; reason: string };

/**
 * Calls the endpoint once. A redirect is no success and is not followed: it would carry the call
 * to where nobody configured it.
 *
 * @param signal ends the call from outside
 */
export async function deliver(
  { url, key, secret, headers }: Recipient,
  { body }: Parcel,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: headersOf(headers, key, hmacHex(secret, body)),
      body,
      redirect: 'manual',
      signal,
    });
    // What it has to say does not matter, however long it is.
    await response.body?.cancel();
    return response.ok ? { ok: true } : { ok: false, reason: `status ${response.status}` };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Spelt as Pusher spells them: the PHP SDK finds them only so, behind a server that keeps case. */
function headersOf(given: Recipient['headers'], key: string, signature: string): Headers {
  const headers = new Headers(given);
  // Nothing more: the Node SDK compares it as it stands.
  headers.set('Content-Type', 'application/json');
  headers.set('X-Pusher-Key', key);
  headers.set('X-Pusher-Signature', signature);
  return headers;
}

/** The system's own word for it: the messages of `fetch` may hold the address. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

/** Doubling, and anywhere between half of it and all: receivers come back to no stampede. */
export function pauseBeforeRetry_ms(
  failures: number,
  first_ms: number,
  max_ms: number,
  random: number,
): number {
  const pause_ms = Math.min(max_ms, first_ms * 2 ** Math.min(failures - 1, 30));
  return pause_ms * (0.5 + random / 2);
}
