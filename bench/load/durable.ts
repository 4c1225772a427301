import type { Job, Work } from '../work.ts';
import { Api } from './api.ts';
import { measureChannels } from './channels.ts';
import { DIALECTS, postJson } from './dialect.ts';
import type { Report } from './main.ts';
import { messageText } from './message.ts';
import { Publisher } from './publisher.ts';
import { timeServer } from './server-clock.ts';
import { Subscriber } from './subscriber.ts';
import { beginVisitor } from './visitors.ts';

type Durable = Extract<Work, { type: 'durable' }>;

/** Who may be served at once while the scene is set, which is not measured. */
const SETTING_AT_ONCE = 32;
/** What takes longer will never come. */
const WORK_MAX_MS = 120_000;

/**
 * Visitors write through the public API, one message each at a time; each message is on disk when it
 * is answered, and goes to two sockets: the visitor's own and an agent's, each with its own stream.
 * A peer relays one message to two subscribers, and keeps nothing.
 */
export async function measureDurable(job: Job, work: Durable, report: Report): Promise<void> {
  const { conversations, messages, senders } = work;
  if (job.peer === 'nchan') {
    const relay = { channels: conversations, publishes: messages, atOnce: senders } as const;
    await measureChannels(job, { type: 'channels', ...relay }, (measured) =>
      report({ ...measured, row: 'durable' }),
    );
    return;
  }
  const scene = new Scene(job.port);
  await scene.open(conversations);
  const publishers = Array.from({ length: senders }, () => new Publisher(job.port));
  const each = messages / conversations;
  await scene.send(publishers, scene.prepare(publishers.length, each));
  const requests = scene.prepare(publishers.length, each);
  scene.latencies_ms.length = 0;
  const time = await timeServer(job, () => scene.send(publishers, requests));
  const sorted = scene.latencies_ms.sort((a, b) => a - b);
  report({
    row: 'durable',
    value: time.cpu_ns / messages,
    also: {
      'messages/s': messages / (time.wall_ns / 1e9),
      'p50 ms': sorted[Math.floor(sorted.length * 0.5)] ?? 0,
      'p99 ms': sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    },
    profile: time.profile,
  });
  for (const publisher of publishers) publisher.destroy();
  scene.close();
}

interface Conversation {
  readonly id: number;
  readonly token: string;
  /** Messages that were made for it. */
  made: number;
}

/** Conversations with their sockets, which are held to what was promised. */
class Scene {
  readonly latencies_ms: number[] = [];
  readonly #port: number;
  readonly #api: Api;
  readonly #conversations: Conversation[] = [];
  readonly #sockets: Subscriber[] = [];
  /** Number of the last message, by socket: two for each conversation. */
  readonly #last: number[] = [];
  readonly #failure = Promise.withResolvers<never>();
  #missing = 0;
  #delivered: () => void = () => undefined;

  constructor(port: number) {
    this.#port = port;
    this.#api = new Api(port, SETTING_AT_ONCE);
  }

  async open(count: number): Promise<void> {
    for (let begun = 0; begun < count; begun += SETTING_AT_ONCE) {
      const wave = Math.min(SETTING_AT_ONCE, count - begun);
      await this.#guard(Promise.all(Array.from({ length: wave }, () => this.#begin())), 'begin');
    }
  }

  /** @returns requests by sender; a conversation is always the same sender's, so it has an order */
  prepare(senders: number, each: number): Buffer[][] {
    const requests: Buffer[][] = Array.from({ length: senders }, () => []);
    for (let n = 0; n < each; n += 1) {
      for (const [index, conversation] of this.#conversations.entries()) {
        conversation.made += 1;
        const body = {
          text: messageText(0, conversation.made),
          client_message_id: crypto.randomUUID(),
          conversation_id: conversation.id,
        };
        const bytes = postJson('/api/chatbot/message', body, conversation.token);
        requests[index % senders]?.push(bytes);
      }
    }
    return requests;
  }

  /** Until each message was answered and delivered to both. */
  async send(publishers: readonly Publisher[], requests: readonly Buffer[][]): Promise<void> {
    const count = requests.reduce((sum, own) => sum + own.length, 0);
    this.#missing += 2 * count;
    const delivered = new Promise<void>((resolve) => {
      this.#delivered = resolve;
    });
    const sent = publishers.map(async (publisher, index) => {
      for (const bytes of requests[index] ?? []) {
        const began = performance.now();
        await publisher.send(bytes);
        this.latencies_ms.push(performance.now() - began);
      }
    });
    await this.#guard(Promise.all([...sent, delivered]), 'send');
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#api.close();
  }

  /** A visitor with a conversation of one message, and both who follow it. */
  async #begin(): Promise<void> {
    const { token, conversationId: id } = await beginVisitor(this.#api);
    this.#conversations.push({ id, token, made: 0 });
    const channel = `private-chat.conversation.${id}`;
    await Promise.all([this.#follow(channel), this.#follow(`${channel}.agents`)]);
  }

  async #follow(channel: string): Promise<void> {
    const index = this.#last.length;
    this.#last.push(0);
    const socket = new Subscriber(
      index,
      { port: this.#port, channel, dialect: DIALECTS.ours },
      {
        message: (from, bytes, start, end) =>
          this.#receive(from, bytes.toString('utf8', start, end)),
        fault: (error) => this.#failure.reject(error),
      },
    );
    this.#sockets.push(socket);
    await socket.subscribed;
  }

  /** Each once, unchanged, in order, and without a gap in its stream. */
  #receive(socket: Subscriber, text: string): void {
    if (socket.answer(text)) return;
    const { event, data } = JSON.parse(text) as { event: string; data: string };
    // One of the subscription, and of nothing that was sent.
    if (event === 'ChatHead') return;
    const message = JSON.parse(data) as { text: string; seq: number };
    const number = (this.#last[socket.index] ?? 0) + 1;
    this.#last[socket.index] = number;
    if (message.seq !== number + 1 || message.text !== messageText(0, number)) {
      this.#failure.reject(new Error(`Message ${number} was expected, not ${text}`));
      return;
    }
    this.#missing -= 1;
    if (this.#missing === 0) this.#delivered();
  }

  async #guard<T>(work: Promise<T>, what: string): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error(`${what}: not done in time; ${this.#missing} deliveries to come`));
    }, WORK_MAX_MS);
    try {
      return await Promise.race([work, late.promise, this.#failure.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
