import type { RealtimeLogger } from '../options.ts';
import { deliver, parcelOf, pauseBeforeRetry_ms, type Parcel, type Recipient } from './delivery.ts';
import type { WebhookCounts, WebhookSettings } from './webhook-options.ts';

/** A batch is not made longer than this, but for one event that alone is. */
const BATCH_BYTES_MAX = 256 * 1024;

/**
 * What waits for one endpoint in order: the events of one channel, or where they go in batches all
 * events. It is in one place at a time: resting (a timer is set), ready, or on its way.
 */
interface Lane {
  key: string;
  /** Events as JSON. */
  waiting: string[];
  /** What is being tried, until it has arrived or is given up. */
  parcel: Parcel | null;
  timer: NodeJS.Timeout | null;
}

/** What was last said of an endpoint in the log. */
type Health = 'well' | 'failing' | 'overflowing';

export interface EndpointQueueOptions {
  recipient: Recipient;
  batch: boolean;
  settings: WebhookSettings;
  counts: WebhookCounts;
  logger: RealtimeLogger;
}

/**
 * Sends events to one endpoint, those of each channel in order. A channel whose call fails holds
 * up itself alone, and an endpoint itself alone.
 */
export class EndpointQueue {
  readonly #options: EndpointQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Set<Lane>();
  readonly #onTheirWay = new Set<AbortController>();
  #events = 0;
  #bytes = 0;
  /** Lanes whose parcel has failed before. */
  #troubled = 0;
  #health: Health = 'well';
  /** Set once the server stops: called when there is nothing left. */
  #whenEmpty: (() => void) | null = null;

  constructor(options: EndpointQueueOptions) {
    this.#options = options;
  }

  add(channel: string, eventJson: string): void {
    const { settings, counts, batch } = this.#options;
    const isFull =
      this.#events >= settings.waitingEventsMax ||
      this.#bytes + eventJson.length > settings.waitingBytesMax;
    if (isFull || this.#whenEmpty) {
      counts.dropped += 1;
      if (isFull) this.#note('overflowing', 'queue is full');
      return;
    }
    this.#events += 1;
    this.#bytes += eventJson.length;
    const key = batch ? '' : channel;
    const lane = this.#lanes.get(key);
    if (lane) {
      lane.waiting.push(eventJson);
      return;
    }
    const added: Lane = { key, waiting: [eventJson], parcel: null, timer: null };
    this.#lanes.set(key, added);
    this.#rest(added, batch ? settings.batchWindow_ms : 0);
  }

  /** Tries all that waits once more, and gives up what has not arrived in time. */
  async close(): Promise<void> {
    if (this.#lanes.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.settings.closeTimeout_ms);
      this.#whenEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
      for (const lane of this.#lanes.values()) if (lane.timer) this.#wake(lane);
      this.#sendReady();
    });
    this.#options.counts.dropped += this.#events;
    this.#lanes.clear();
    this.#ready.clear();
    for (const call of this.#onTheirWay) call.abort();
  }

  #rest(lane: Lane, pause_ms: number): void {
    if (pause_ms === 0 || this.#whenEmpty) {
      this.#ready.add(lane);
      this.#sendReady();
      return;
    }
    lane.timer = setTimeout(() => {
      this.#wake(lane);
      this.#sendReady();
    }, pause_ms).unref();
  }

  #wake(lane: Lane): void {
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer = null;
    this.#ready.add(lane);
  }

  #sendReady(): void {
    for (const lane of this.#ready) {
      if (this.#onTheirWay.size >= this.#options.settings.requestsMax) return;
      this.#ready.delete(lane);
      this.#send(lane).catch((error: unknown) => {
        this.#options.logger.error({ err: error }, 'webhook could not be sent');
      });
    }
  }

  async #send(lane: Lane): Promise<void> {
    const { settings, recipient } = this.#options;
    lane.parcel ??= this.#pack(lane);
    const { parcel } = lane;
    const call = new AbortController();
    this.#onTheirWay.add(call);
    const timer = setTimeout(() => call.abort(), settings.requestTimeout_ms);
    const outcome = await deliver(recipient, parcel, call.signal);
    clearTimeout(timer);
    this.#onTheirWay.delete(call);
    // The server has stopped and counted it.
    if (this.#lanes.get(lane.key) !== lane) return;
    if (outcome.ok) this.#arrived(lane, parcel);
    else this.#failed(lane, parcel, outcome.reason);
    this.#sendReady();
  }

  #pack(lane: Lane): Parcel {
    const { batch, settings } = this.#options;
    const eventsMax = batch ? settings.eventsPerBatchMax : 1;
    let events = 1;
    let bytes = lane.waiting[0]?.length ?? 0;
    while (events < eventsMax) {
      bytes += lane.waiting[events]?.length ?? Infinity;
      if (bytes > BATCH_BYTES_MAX) break;
      events += 1;
    }
    const packed = lane.waiting.splice(0, events);
    for (const eventJson of packed) this.#bytes -= eventJson.length;
    return parcelOf(packed);
  }

  #arrived(lane: Lane, parcel: Parcel): void {
    this.#options.counts.delivered += parcel.events;
    this.#next(lane, parcel);
    const { waitingEventsMax } = this.#options.settings;
    if (this.#troubled === 0 && this.#events <= waitingEventsMax / 2) this.#note('well', 'ok');
  }

  #failed(lane: Lane, parcel: Parcel, reason: string): void {
    const { settings, counts } = this.#options;
    this.#note('failing', reason);
    if (parcel.failures === 0) this.#troubled += 1;
    parcel.failures += 1;
    const { retryFirst_ms, retryPauseMax_ms, retryFor_ms } = settings;
    const pause_ms = pauseBeforeRetry_ms(
      parcel.failures,
      retryFirst_ms,
      retryPauseMax_ms,
      Math.random(),
    );
    const isOver = performance.now() + pause_ms - parcel.firstTried_ms > retryFor_ms;
    if (!isOver && !this.#whenEmpty) {
      counts.retries += 1;
      this.#rest(lane, pause_ms);
      return;
    }
    counts.failed += parcel.events;
    this.#options.logger.warn(
      { origin: this.#options.recipient.url.origin, events: parcel.events, reason },
      'webhook is given up',
    );
    this.#next(lane, parcel);
  }

  /** Done with a parcel, one way or the other. */
  #next(lane: Lane, { events, failures }: Parcel): void {
    const { batch, settings } = this.#options;
    this.#events -= events;
    if (failures > 0) this.#troubled -= 1;
    lane.parcel = null;
    if (lane.waiting.length === 0) {
      this.#lanes.delete(lane.key);
      if (this.#lanes.size === 0) this.#whenEmpty?.();
      return;
    }
    const isWholeBatch = lane.waiting.length >= settings.eventsPerBatchMax;
    this.#rest(lane, batch && !isWholeBatch ? settings.batchWindow_ms : 0);
  }

  /** Says once that something is wrong, and once that it is well again. */
  #note(health: Health, reason: string): void {
    if (health === this.#health || (health === 'failing' && this.#health === 'overflowing')) return;
    this.#health = health;
    const { origin } = this.#options.recipient.url;
    if (health === 'well') this.#options.logger.info({ origin }, 'webhooks arrive again');
    else this.#options.logger.warn({ origin, reason }, `webhooks are ${health}`);
  }
}
