import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createRequire } from 'node:module';
import type Pusher from 'pusher';
import type { PusherSettings } from '../config/pusher.ts';
import type { Address, App } from '../config/reverb.ts';
import { outside } from '../current-trace.ts';
import { type Answers, watchAnswers } from './answers.ts';
import { sentData } from './encode.ts';
import type { Publication } from './publication.ts';

const require = createRequire(import.meta.url);

/** An event that a provider will never take, such as one that is too large for it. */
export interface Refusal {
  readonly publication: Publication;
  readonly error: RemoteError;
}

/** A provider that is reached over the network: hosted Pusher, or an external server of our own. */
export interface RemotePublisher {
  /**
   * In the order given, within each channel. What comes after a refused event is published all the
   * same.
   * @returns what was refused for good
   * @throws RemoteError where the provider takes nothing now; a part may have been published
   */
  publish(publications: readonly Publication[]): Promise<readonly Refusal[]>;
}

/** A provider did not take an event. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  /** Null where there was no answer at all. */
  readonly status: number | null;
  /** Milliseconds after which the provider wants to be asked again; null where it said nothing. */
  readonly retryAfter_ms: number | null;

  constructor(status: number | null, reason: string, retryAfter_ms: number | null = null) {
    super(`The provider did not take an event: ${reason}`);
    this.status = status;
    this.retryAfter_ms = retryAfter_ms;
  }

  /** Whether the same event would be refused again however often it is sent. */
  get isFinal(): boolean {
    return this.status === 400 || this.status === 413 || this.status === 422;
  }
}

const TIMEOUT_MS = 5_000;
/** What the protocol allows in one call. */
const BATCH_MAX = 10;

export function pusherPublisher(settings: PusherSettings): RemotePublisher {
  const { app, address, cluster } = settings;
  return address === null ? publisher(app, { cluster }) : publisher(app, { address });
}

export function externalPublisher(app: App, address: Address): RemotePublisher {
  return publisher(app, { address });
}

function publisher(app: App, place: { cluster: string } | { address: Address }): RemotePublisher {
  const useTLS = 'cluster' in place || place.address.scheme === 'https';
  const agent = useTLS
    ? new HttpsAgent({ keepAlive: true, maxSockets: 20 })
    : new HttpAgent({ keepAlive: true, maxSockets: 20 });
  const common = {
    appId: app.id,
    key: app.key,
    secret: app.secret.reveal(),
    useTLS,
    timeout: TIMEOUT_MS,
    agent,
  };
  // Only a server that publishes elsewhere pays for the library.
  const Client = require('pusher') as typeof Pusher;
  const pusher =
    'cluster' in place
      ? new Client({ ...common, cluster: place.cluster })
      : new Client({ ...common, host: place.address.host, port: String(place.address.port) });
  const answers = watchAnswers(agent, TIMEOUT_MS);
  const send = async (batch: readonly Publication[]): Promise<void> => {
    const events = batch.map(eventOf);
    try {
      await outside('POST events', async () => {
        const response = await trigger(pusher, events);
        // Only a connection whose answer was read to its end is used again.
        await response.text();
      });
    } catch (error) {
      throw remoteErrorFrom(error, answers);
    }
  };
  return {
    async publish(publications) {
      const refusals: Refusal[] = [];
      for (const batch of batchesOf(publications)) {
        refusals.push(...(await sendOrSplit(send, batch)));
      }
      return refusals;
    },
  };
}

const eventOf = (publication: Publication): Pusher.BatchEvent => ({
  channel: publication.channel,
  name: publication.event,
  data: sentData(publication),
});

function trigger(pusher: Pusher, events: Pusher.BatchEvent[]) {
  const [first] = events;
  return first !== undefined && events.length === 1
    ? pusher.trigger(first.channel, first.name, first.data)
    : pusher.triggerBatch(events);
}

/**
 * Calls of up to ten events, no two of one channel: nobody promises in which order a provider works
 * on one batch.
 */
function batchesOf(publications: readonly Publication[]): Publication[][] {
  const channels = [...Map.groupBy(publications, ({ channel }) => channel).values()];
  const rounds = Math.max(0, ...channels.map((events) => events.length));
  return Array.from({ length: rounds }, (_, round) =>
    channels.flatMap((events) => events.slice(round, round + 1)),
  ).flatMap((events) =>
    Array.from({ length: Math.ceil(events.length / BATCH_MAX) }, (_, i) =>
      events.slice(i * BATCH_MAX, (i + 1) * BATCH_MAX),
    ),
  );
}

/** A batch is refused whole for one bad event in it: then each goes alone. */
async function sendOrSplit(
  send: (batch: readonly Publication[]) => Promise<void>,
  batch: readonly Publication[],
): Promise<readonly Refusal[]> {
  try {
    await send(batch);
    return [];
  } catch (error) {
    if (!(error instanceof RemoteError) || !error.isFinal) throw error;
    const [publication] = batch;
    if (publication === undefined) return [];
    if (batch.length === 1) return [{ publication, error }];
    const refusals: Refusal[] = [];
    for (const one of batch) refusals.push(...(await sendOrSplit(send, [one])));
    return refusals;
  }
}

/** The SDK's error holds the address of the call with its signature: that stays out of logs (SEC-6). */
function remoteErrorFrom(error: unknown, answers: Answers): RemoteError {
  const { status, error: cause } = error as { status?: unknown; error?: unknown };
  if (typeof status === 'number') {
    const asked_ms = status === 429 || status === 503 ? answers.retryAfter_ms() : null;
    return new RemoteError(status, `status ${status}`, asked_ms);
  }
  const code = (cause as { code?: unknown } | undefined)?.code;
  return new RemoteError(null, typeof code === 'string' ? code : 'no answer');
}
