import type {
  AgentChat,
  LogMessage,
  OpenConversation,
  VisitorChat,
} from '../../packages/client/src/index.ts';
import { rowsOf, Watcher } from '../../packages/client/src/testing/simulation.ts';
import type { SimulatedTab } from './browser.ts';
import type { AgentName } from './store.ts';
import type { VisitorName, World } from './world.ts';

/** What was typed, and what may have become of it. */
export interface Typed {
  readonly key: string;
  readonly person: VisitorName | AgentName;
  /** Edits included; `''` where it was deleted. */
  readonly texts: Set<string>;
  readonly private: boolean;
}

/** Nobody types sooner after a page was loaded or thawed, or in another tab of one's own. */
export const HANDS_MS = 50;

/** One conversation as one tab shows it. */
export class Room {
  readonly tab: SimulatedTab;
  readonly person: VisitorName | AgentName;
  readonly chat: VisitorChat | OpenConversation;
  readonly watcher: Watcher;
  readonly audience: 'visitor' | 'agent';
  /** Keys in the order of typing; what was sent again stands at its last place. */
  typed: string[] = [];
  /** New messages that were announced: a sound each. */
  readonly heard: number[] = [];

  constructor(world: World, tab: SimulatedTab, person: Room['person'], chat: Room['chat']) {
    this.tab = tab;
    this.person = person;
    this.chat = chat;
    this.audience = 'pending' in chat ? 'visitor' : 'agent';
    const stores = 'pending' in chat ? [chat.view, chat.pending] : [chat.view];
    this.watcher = new Watcher(
      stores,
      () => this.rows,
      (key) => world.disk.placeOf(key, this.audience),
      () => this.conversationId,
    );
    if ('pending' in chat) chat.on('message', ({ id }) => this.heard.push(id ?? 0));
  }

  get rows(): readonly LogMessage[] {
    return rowsOf(this.chat);
  }

  /** Null: none is shown. */
  get conversationId(): number | null {
    const view = this.chat.view.get();
    return view !== null && 'conversation' in view ? view.conversation.id : null;
  }

  /** What this person wrote, was taken, and stands there still. */
  get own(): readonly LogMessage[] {
    return this.rows.filter(({ mine, id, deleted, sender_name: name }) => {
      const isMine = this.audience === 'visitor' || name === this.person;
      return mine && isMine && id !== null && !deleted;
    });
  }
}

/** A visitor's tab, or an agent's with the conversations that are open in it. */
export interface Seat {
  readonly tab: SimulatedTab;
  readonly person: VisitorName | AgentName;
  readonly visitor: VisitorChat | null;
  readonly agent: AgentChat | null;
  rooms: readonly Room[];
}

/** Everybody who takes part in a story, and what they wrote. */
export class Cast {
  readonly world: World;
  seats: readonly Seat[] = [];
  readonly typed = new Map<string, Typed>();
  /** When each person typed last. */
  readonly #typed_ms = new Map<string, number>();
  #tabs = 0;
  #texts = 0;

  constructor(world: World) {
    this.world = world;
  }

  get rooms(): readonly Room[] {
    return this.seats.flatMap(({ rooms }) => rooms);
  }

  /** @param typed what was typed in this tab before it was reloaded */
  visitorComes(person: VisitorName, typed: readonly string[] = []): void {
    const tab = this.world.tab(person, this.#nameOf(person));
    const visitor = this.world.visitor(person, tab);
    const room = new Room(this.world, tab, person, visitor);
    this.seats = [...this.seats, { tab, person, visitor, agent: null, rooms: [room] }];
    room.typed = [...typed];
    // What other tabs have under way shows here too, but only each of them knows its order.
    for (const other of this.typed.values()) {
      if (other.person === person && !typed.includes(other.key)) room.watcher.retried(other.key);
    }
    visitor.start();
  }

  agentComes(person: AgentName): void {
    const tab = this.world.tab(person, this.#nameOf(person));
    const agent = this.world.agent(tab);
    this.seats = [...this.seats, { tab, person, visitor: null, agent, rooms: [] }];
    agent.start();
  }

  /** An agent opens what stands first in the inbox and is not open yet. */
  open(seat: Seat): void {
    const { agent, tab, person, rooms } = seat;
    if (agent === null) return;
    const open = new Set(rooms.map(({ conversationId }) => conversationId));
    const entry = agent.inbox.get().entries.find(({ id }) => !open.has(id));
    if (entry === undefined || rooms.length >= 3) return;
    seat.rooms = [...rooms, new Room(this.world, tab, person, agent.open(entry.id))];
  }

  /** The tab is reloaded, or crashes and is restored: all at once another page is there. */
  reload(seat: Seat): void {
    const { outbox } = this.world.browserOf(seat.person);
    const waiting = seat.rooms.flatMap(({ rows }) => rows.filter(({ id }) => id === null));
    // What could not be stored the page says itself: `durable` is false.
    if (!waiting.every(({ key }) => outbox.entries.has(key))) return;
    seat.tab.crash();
    this.seats = this.seats.filter((other) => other !== seat);
    if (seat.visitor === null) this.agentComes(seat.person as AgentName);
    else this.visitorComes(seat.person as VisitorName, seat.rooms[0]?.typed);
  }

  type(room: Room): void {
    const { world } = this;
    const owner = this.#ownerOf(room);
    const now_ms = world.clock.now_ms();
    const idle_ms = now_ms - (this.#typed_ms.get(room.person) ?? 0);
    if (owner === null || idle_ms < HANDS_MS || this.#isBusy(room.person)) return;
    this.#typed_ms.set(room.person, now_ms);
    this.#texts += 1;
    const note = room.audience === 'agent' && world.random.chance(0.2);
    // NUL is refused for good.
    const rest = world.random.chance(0.04) ? `${this.#texts} \u0000` : String(this.#texts);
    const text = `[${owner}${note ? ' note' : ''}] ${rest}`;
    const key =
      'pending' in room.chat ? room.chat.send(text) : room.chat.send(text, { private: note });
    world.note(room.tab.name, `types ${key}: ${text.replaceAll('\u0000', 'NUL')}`);
    this.typed.set(key, {
      key,
      person: room.person,
      private: note,
      texts: new Set([text]),
    });
    room.typed.push(key);
  }

  /** Whether somebody just opened a tab, left one or came back to it. */
  #isBusy(person: Room['person']): boolean {
    return this.seats.some((seat) => seat.person === person && seat.tab.awake_ms < HANDS_MS);
  }

  retry(room: Room): void {
    const failed = room.rows.find(({ state }) => state === 'failed');
    if (failed === undefined) return;
    for (const { watcher } of this.rooms) watcher.retried(failed.key);
    room.chat.retry(failed.key);
    // Every tab shows it; it stays the message of the one in which it was typed.
    const typedIn = this.rooms.find(({ typed }) => typed.includes(failed.key)) ?? room;
    typedIn.typed = [...typedIn.typed.filter((key) => key !== failed.key), failed.key];
  }

  edit(room: Room): void {
    const message = this.world.random.pick([null, ...room.own]);
    const typed = this.typed.get(message?.client_message_id ?? '');
    const id = message?.id ?? null;
    if (message === null || id === null || typed === undefined) return;
    const mark = /^\[[^\]]+\]/.exec(message.text)?.[0] ?? '';
    this.#texts += 1;
    const text = `${mark} ${this.#texts} edited`;
    typed.texts.add(text);
    room.chat.edit(id, text).catch(() => undefined);
  }

  /** A script sends other words under the name of a message that was taken: refused, nothing changes. */
  forge(room: Room): void {
    const { world } = this;
    const key = room.own.find(({ client_message_id: id }) =>
      this.typed.has(id ?? ''),
    )?.client_message_id;
    if (room.audience !== 'visitor' || key === undefined) return;
    world.post(room.tab.name, room.person as VisitorName, '/api/chatbot/message', {
      text: `[${room.person}] forged`,
      client_message_id: key,
    });
  }

  remove(room: Room): void {
    const message = this.world.random.pick([null, ...room.own]);
    const typed = this.typed.get(message?.client_message_id ?? '');
    const id = message?.id ?? null;
    if (id === null || typed === undefined) return;
    typed.texts.add('');
    room.chat.remove(id).catch(() => undefined);
  }

  /** Whose conversation it is; null: not known, so that nothing can be marked. */
  #ownerOf(room: Room): string | null {
    if (room.audience === 'visitor') return room.person;
    const id = room.conversationId;
    return id === null ? null : (this.world.ledger.owners.get(id) ?? null);
  }

  #nameOf(person: string): string {
    this.#tabs += 1;
    return `${person}-${this.#tabs}`;
  }
}
