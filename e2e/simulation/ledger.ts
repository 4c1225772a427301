import { AGENTS } from './store.ts';
import type { Exchange } from './network.ts';
import type { Published } from './sockets.ts';

/** Which visitors' words somebody may read: those of the own site, or one's own. */
const READABLE: Readonly<Record<string, { marks: readonly string[]; notes: boolean }>> = {
  vi: { marks: ['vi'], notes: false },
  wu: { marks: ['wu'], notes: false },
  xi: { marks: ['xi'], notes: false },
  ...Object.fromEntries(
    AGENTS.map(({ name, sites }) => [
      name,
      { marks: sites[0] === 0 ? ['vi', 'wu'] : ['xi'], notes: true },
    ]),
  ),
};

/** A message that the server said to have. */
export interface Acknowledged {
  readonly key: string;
  readonly id: number;
  readonly seq: number;
  readonly audience: 'visitor' | 'agent';
}

/**
 * What may follow a place of a stream that a node has published. `dense`: the next one; `rising`: any
 * later one, for other nodes publish too; `any`: it is not certain what was published.
 */
export type Density = 'dense' | 'rising' | 'any';

const SEND = /^\/(api\/chatbot\/message|admin\/chatbot\/\d+\/reply)$/;

/**
 * What was promised and told, written down as it happens: acknowledgements, events, and whatever
 * anybody got to see. What must never happen at any moment is noted as a fault at once.
 *
 * Each text begins with a mark: `[vi]` in the conversation of vi, `[vi note]` where it is a note.
 */
export class Ledger {
  readonly faults: string[] = [];
  readonly acknowledged: Acknowledged[] = [];
  /** How often each status was answered. */
  readonly statuses = new Map<number, number>();
  /** Whose conversation it is, by id; as the server said when it took a visitor's message. */
  readonly owners = new Map<number, string>();
  /** Places of each stream that were published by the own server or the first remote. */
  readonly streams = new Map<string, number[]>();
  readonly #people = new Map<string, string>();
  readonly #cursors = new Map<string, number>();
  /** By node and stream. */
  readonly #newest = new Map<number, Map<string, number>>();
  readonly #densityOf: (provider: Published['provider']) => Density;

  constructor(densityOf: (provider: Published['provider']) => Density) {
    this.#densityOf = densityOf;
  }

  /** A client acts for a person. */
  introduce(client: string, person: string): void {
    this.#people.set(client, person);
  }

  /** A node began anew: what it published before it may not know. */
  nextLife(node: number): void {
    this.#newest.set(node, new Map());
  }

  published({ provider, node, channel, data }: Published): void {
    const { seq } = data as { seq?: number };
    if (seq === undefined) return;
    const stream = `${provider} ${channel}`;
    const newest = this.#newest.get(node) ?? new Map<string, number>();
    const before = newest.get(stream);
    const density = before === undefined ? 'any' : this.#densityOf(provider);
    const isWrong = density === 'dense' ? seq !== (before ?? 0) + 1 : seq <= (before ?? 0);
    if (density !== 'any' && isWrong) {
      this.faults.push(`${stream}: seq ${seq} was published after ${before}`);
    }
    this.#newest.set(node, newest.set(stream, seq));
    this.streams.set(stream, [...(this.streams.get(stream) ?? []), seq]);
  }

  /** What came to a client's ears over a socket. */
  heard(client: string, data: unknown): void {
    this.#lookFor(client, JSON.stringify(data));
  }

  requested(client: string, url: string): void {
    const after = /^\/(\S+)\?after=(\d+)/.exec(url);
    if (after === null) return;
    const place = `${client} ${after[1] ?? ''}`;
    const cursor = Number(after[2]);
    const before = this.#cursors.get(place) ?? 0;
    if (cursor < before) this.faults.push(`${place}: cursor from ${before} back to ${cursor}`);
    this.#cursors.set(place, cursor);
  }

  exchanged({ client, request, answer }: Exchange): void {
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    this.#lookFor(client, answer.text);
    if (answer.status >= 500 && answer.status !== 503) {
      this.faults.push(`${request.method} ${request.url}: ${answer.status} ${answer.text}`);
    }
    const path = request.url.split('?', 1)[0] ?? '';
    if (request.method !== 'POST' || !SEND.test(path) || answer.status >= 300) return;
    const { message } = JSON.parse(answer.text) as { message: AnsweredMessage };
    const audience = path.startsWith('/admin') ? 'agent' : 'visitor';
    const { client_message_id: key, id, seq } = message;
    this.acknowledged.push({ key, id, seq, audience });
    const person = this.#people.get(client);
    if (audience === 'visitor' && person !== undefined) {
      this.owners.set(message.conversation_id, person);
    }
  }

  #lookFor(client: string, text: string): void {
    const person = this.#people.get(client) ?? '';
    const { marks, notes } = READABLE[person] ?? { marks: [], notes: false };
    for (const [mark, whose, note] of text.matchAll(/\[([a-z]{2})( note)?\]/g)) {
      if (marks.includes(whose ?? '') && (notes || note === undefined)) continue;
      this.faults.push(`${client} was told ${mark}, which is none of their business`);
    }
  }
}

interface AnsweredMessage {
  readonly id: number;
  readonly seq: number;
  readonly conversation_id: number;
  readonly client_message_id: string;
}
