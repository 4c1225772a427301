import type { Job } from '../work.ts';
import { channelName, type Audience } from './audience.ts';
import { DIALECTS } from './dialect.ts';
import { messageText } from './message.ts';
import { Publisher } from './publisher.ts';

/** The channel of those that use only one. */
const CHANNEL = 0;

/** One publisher on the one channel of an audience; its next message goes when all have its last. */
export class Sender {
  readonly #job: Job;
  readonly #audience: Audience;
  readonly #id: number;
  #publisher: Publisher | null = null;
  #sequence = 0;

  constructor(job: Job, audience: Audience, id: number) {
    this.#job = job;
    this.#audience = audience;
    this.#id = id;
  }

  /** Not earlier than needed: servers close connections on which nothing is asked for seconds. */
  connect(): void {
    this.#publisher = new Publisher(this.#job.port);
  }

  disconnect(): void {
    this.#publisher?.destroy();
    this.#publisher = null;
  }

  /** Those who come from now on will not get what was sent before. */
  greetNewcomers(): void {
    this.#audience.startFrom(this.#id, this.#sequence + 1);
  }

  /** Signs and words the requests, which should cost nothing while the clock runs. */
  prepare(messages: number): Buffer[] {
    return Array.from({ length: messages }, () => {
      this.#sequence += 1;
      const text = messageText(this.#id, this.#sequence);
      return DIALECTS[this.#job.peer].publish(channelName(CHANNEL), text);
    });
  }

  async sendEach(requests: readonly Buffer[]): Promise<void> {
    const publisher = this.#publisher;
    if (!publisher) throw new Error('A sender is not connected');
    for (const request of requests) {
      const delivered = this.#audience.deliveries(this.#id, this.#audience.size);
      await publisher.send(request);
      await delivered;
    }
  }
}

/** Whoever says that all are subscribed must be able to reach all. */
export async function proveSubscribed(job: Job, audience: Audience): Promise<void> {
  const sender = new Sender(job, audience, 0);
  sender.connect();
  await audience.guard(sender.sendEach(sender.prepare(1)), 'a message to all');
  sender.disconnect();
}
