import { createRequire } from 'node:module';
import type * as WebPush from 'web-push';
import { outside } from '../current-trace.ts';
import { isPushService } from './notification.ts';
import type { Subscription } from './notification.queries.ts';

const require = createRequire(import.meta.url);
/** Only a server whose agents want to be called pays for it. */
const library = (): typeof WebPush => require('web-push') as typeof WebPush;

export type PushOutcome =
  | { readonly state: 'sent' }
  /** The browser or its permission is gone for good. */
  | { readonly state: 'gone' }
  | { readonly state: 'failed'; readonly reason: string };

export interface Pusher {
  readonly publicKey: string;
  /** Never rejects. `topic`: of several that wait for a browser that is off, the last is kept. */
  send(subscription: Subscription, payload: string, topic: string): Promise<PushOutcome>;
}

/** A day later nobody waits for an answer to it any more. */
const TTL_S = 24 * 60 * 60;
const TIMEOUT_MS = 10_000;

/** What is kept in the settings: made once, as browsers are bound to it. */
export function newPushKeys(): string {
  return JSON.stringify(library().generateVAPIDKeys());
}

export function createPusher(options: {
  readonly keys: string;
  /** Whom the push service may turn to: an `https:` or `mailto:` address. */
  readonly subject: string;
  readonly own: readonly string[];
  readonly onPush: (state: PushOutcome['state']) => void;
}): Pusher {
  const vapid = JSON.parse(options.keys) as { publicKey: string; privateKey: string };
  const vapidDetails = { ...vapid, subject: options.subject };
  const attempt = async (
    subscription: Subscription,
    payload: string,
    topic: string,
  ): Promise<PushOutcome> => {
    // Kept before the allowed ones changed, perhaps.
    if (!isPushService(subscription.endpoint, options.own)) return { state: 'gone' };
    try {
      const { endpoint, method, headers, body } = library().generateRequestDetails(
        subscription,
        payload,
        { vapidDetails, TTL: TTL_S, urgency: 'high', topic, contentEncoding: 'aes128gcm' },
      );
      const answer = await fetch(endpoint, {
        method,
        headers: headersFrom(headers),
        body: body === null ? null : new Uint8Array(body),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      if (answer.ok) return { state: 'sent' };
      if (answer.status === 404 || answer.status === 410) return { state: 'gone' };
      return { state: 'failed', reason: `HTTP ${answer.status}` };
    } catch (error) {
      return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    publicKey: vapid.publicKey,
    async send(subscription, payload, topic) {
      const outcome = await outside(
        'POST notification',
        () => attempt(subscription, payload, topic),
        ({ state }) => (state === 'failed' ? state : null),
      );
      options.onPush(outcome.state);
      return outcome;
    },
  };
}

/** The library gives some as numbers, whatever its types say. */
function headersFrom(headers: Readonly<Record<string, unknown>>): Headers {
  return new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
