import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from './dialect.ts';
import { MessageReader } from './message.ts';
import { Subscriber } from './subscriber.ts';

/** Handshakes under way at once: a wave. */
const WAVE = 100;

/** After so long without a delivery or a subscription, no more will come. */
const STILL_MAX_MS = 30_000;

/** A delivery too many would be here by then. */
const EXTRA_MS = 100;

/** `bench-0007`: as long for each, so that all frames of a server have one length. */
export function channelName(index: number): string {
  return `bench-${String(index).padStart(4, '0')}`;
}

interface AudienceOptions {
  port: number;
  dialect: Dialect;
  /** Subscribers that there will ever be. */
  subscribersMax: number;
  /** Messages are numbered for each publisher. */
  publishers: number;
  channelOf: (subscriber: number) => number;
}

/**
 * All subscribers of one server, and what came to them. It holds the server to its word: every
 * message to everyone, unchanged, once, in the order of its publisher.
 */
export class Audience {
  readonly #options: AudienceOptions;
  readonly #subscribers: Subscriber[] = [];
  /** By channel: the frames of one channel are alike. */
  readonly #readers: (MessageReader | undefined)[] = [];
  /** Number of the last message, by subscriber and publisher. */
  readonly #last: Uint32Array;
  /** Deliveries that are still to come, by publisher, and who waits for them. */
  readonly #missing: Int32Array;
  readonly #waiting: ((() => void) | undefined)[] = [];
  readonly #fail: (error: Error) => void;
  /** Rejects at the first fault, of whatever kind. */
  readonly failure: Promise<never>;

  constructor(options: AudienceOptions) {
    this.#options = options;
    this.#last = new Uint32Array(options.subscribersMax * options.publishers);
    this.#missing = new Int32Array(options.publishers);
    const { promise, reject } = Promise.withResolvers<never>();
    this.failure = promise;
    this.#fail = reject;
  }

  get size(): number {
    return this.#subscribers.length;
  }

  /** Adds subscribers until there are so many, and waits until all are subscribed. */
  async growTo(count: number): Promise<void> {
    while (this.#subscribers.length < count) {
      const wave: Promise<void>[] = [];
      while (wave.length < WAVE && this.#subscribers.length < count) wave.push(this.#add());
      await this.guard(Promise.all(wave), 'connect');
    }
  }

  /** The first message that those who come later will get from a publisher. */
  startFrom(publisher: number, sequence: number): void {
    const { publishers, subscribersMax } = this.#options;
    for (let index = this.size; index < subscribersMax; index += 1) {
      this.#last[index * publishers + publisher] = sequence - 1;
    }
  }

  /**
   * Waits for so many deliveries from a publisher. Call it before the publish.
   *
   * @throws Error when a message is lost, comes twice, out of order or changed
   */
  async deliveries(publisher: number, count: number): Promise<void> {
    this.#missing[publisher] = count;
    return new Promise((resolve) => {
      this.#waiting[publisher] = resolve;
    });
  }

  /** Runs what must end in time and without a fault of any subscriber. */
  async guard<T>(work: Promise<T>, what: string): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    let before = '';
    const timer = setInterval(() => {
      const now = `${this.size} ${this.#missing.join(', ')}`;
      if (now !== before) {
        before = now;
        return;
      }
      reject(
        new Error(
          `${what}: nothing happens any more; deliveries to come: ${this.#missing.join(', ')}`,
        ),
      );
    }, STILL_MAX_MS);
    try {
      return await Promise.race([work, late, this.failure]);
    } finally {
      clearInterval(timer);
    }
  }

  /** Waits for what should not come, and cuts all connections. */
  async leave(): Promise<void> {
    await Promise.race([sleep(EXTRA_MS), this.failure]);
    for (const subscriber of this.#subscribers) subscriber.destroy();
  }

  async #add(): Promise<void> {
    const index = this.#subscribers.length;
    const { port, dialect, channelOf } = this.#options;
    const subscriber = new Subscriber(
      index,
      { port, dialect, channel: channelName(channelOf(index)) },
      {
        message: (from, bytes, start, end) => this.#receive(from, bytes, start, end),
        fault: (error) => this.#fail(error),
      },
    );
    this.#subscribers.push(subscriber);
    await subscriber.subscribed;
  }

  #receive(subscriber: Subscriber, bytes: Buffer, start: number, end: number): void {
    const { publishers, channelOf } = this.#options;
    const channel = channelOf(subscriber.index);
    const id = this.#readers[channel]?.read(bytes, start, end);
    if (!id) {
      this.#receiveOther(subscriber, channel, Buffer.from(bytes.subarray(start, end)));
      return;
    }
    const { publisher, sequence } = id;
    const at = subscriber.index * publishers + publisher;
    const expected = (this.#last[at] ?? 0) + 1;
    if (sequence !== expected) {
      this.#fail(new Error(`Publisher ${publisher}: got ${sequence}, expected ${expected}`));
      return;
    }
    this.#last[at] = sequence;
    const missing = (this.#missing[publisher] ?? 0) - 1;
    this.#missing[publisher] = missing;
    if (missing === 0) this.#waiting[publisher]?.();
    else if (missing < 0) this.#fail(new Error(`Publisher ${publisher}: one delivery too many`));
  }

  /** The first message of a channel, or the server's question whether the client is there. */
  #receiveOther(subscriber: Subscriber, channel: number, payload: Buffer): void {
    if (subscriber.answer(payload.toString())) return;
    try {
      if (this.#readers[channel]) throw new Error(`Not as the others: ${payload.toString()}`);
      this.#readers[channel] = new MessageReader(payload);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#receive(subscriber, payload, 0, payload.length);
  }
}
