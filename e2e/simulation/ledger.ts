import { foreignMarks, type Person } from './identities.ts';
import type { Exchange, Sender } from './network.ts';
import type { Published } from './sockets.ts';

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

const AUTH = '/broadcasting/auth';
const SEND = /^\/(api\/chatbot\/message|admin\/chatbot\/\d+\/reply)$/;

/**
 * What was promised and told, written down as it happens: acknowledgements, events, and whatever
 * anybody got to see. What must never happen at any moment is noted as a fault at once.
 */
export class Ledger {
  readonly faults: string[] = [];
  readonly acknowledged: Acknowledged[] = [];
  /** How often each status was answered. */
  readonly statuses = new Map<number, number>();
  /** Whose conversation it is, by id; as the server said when it took a visitor's message. */
  readonly owners = new Map<number, Person>();
  /** Places of each stream that were published by the own server or the first remote. */
  readonly streams = new Map<string, number[]>();
  /** In whose names a socket had channels authorized, by its id. */
  readonly #listeners = new Map<string, Set<Person>>();
  readonly #cursors = new Map<string, number>();
  /** By node and stream. */
  readonly #newest = new Map<number, Map<string, number>>();
  readonly #densityOf: (provider: Published['provider']) => Density;

  constructor(densityOf: (provider: Published['provider']) => Density) {
    this.#densityOf = densityOf;
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

  /** What came to somebody's ears over a socket. */
  heard({ client, id }: { client: string; id: string }, data: unknown): void {
    const [person = 'nobody', ...others] = this.#listeners.get(id) ?? [];
    // One that is somebody else's by now: what it shows is looked at on the page.
    if (others.length === 0) this.#lookFor({ client, person }, JSON.stringify(data));
  }

  requested({ client, person }: Sender, url: string): void {
    const after = /^\/(\S+)\?after=(\d+)/.exec(url);
    if (after === null) return;
    const place = `${client} of ${person} ${after[1] ?? ''}`;
    const cursor = Number(after[2]);
    const before = this.#cursors.get(place) ?? 0;
    if (cursor < before) this.faults.push(`${place}: cursor from ${before} back to ${cursor}`);
    this.#cursors.set(place, cursor);
  }

  exchanged({ from, request, answer }: Exchange): void {
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    const { person } = from;
    this.#lookFor(from, answer.text);
    if (answer.status >= 500 && answer.status !== 503) {
      this.faults.push(`${request.method} ${request.url}: ${answer.status} ${answer.text}`);
    }
    const path = request.url.split('?', 1)[0] ?? '';
    if (path === AUTH && answer.status < 300) this.#authorized(person, request.payload ?? '');
    if (request.method !== 'POST' || !SEND.test(path) || answer.status >= 300) return;
    const { message } = JSON.parse(answer.text) as { message: AnsweredMessage };
    const audience = path.startsWith('/admin') ? 'agent' : 'visitor';
    const { client_message_id: key, id, seq } = message;
    this.acknowledged.push({ key, id, seq, audience });
    if (audience === 'visitor') this.owners.set(message.conversation_id, person);
  }

  #authorized(person: Person, form: string): void {
    const id = /socket_id\W+(\d+\.\d+)/.exec(form)?.[1] ?? '';
    this.#listeners.set(id, (this.#listeners.get(id) ?? new Set()).add(person));
  }

  #lookFor({ client, person }: Sender, text: string): void {
    for (const mark of foreignMarks(person, text)) {
      this.faults.push(`${client} was told ${mark}, which is none of the business of ${person}`);
    }
  }
}

interface AnsweredMessage {
  readonly id: number;
  readonly seq: number;
  readonly conversation_id: number;
  readonly client_message_id: string;
}
