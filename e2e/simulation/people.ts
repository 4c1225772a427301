import type {
  AgentChat,
  LogMessage,
  OpenConversation,
  Store,
  VisitorChat,
} from '../../packages/client/src/index.ts';
import { rowsOf, Watcher } from '../../packages/client/src/testing/simulation.ts';
import type { SimulatedBrowser, SimulatedTab } from './browser.ts';
import { afterReset, emailOf, foreignMarks, type Person } from './identities.ts';
import type { AgentName, Visitor } from './identities.ts';
import type { World } from './world.ts';

/** What was typed, and what may have become of it. */
export interface Typed {
  readonly key: string;
  readonly person: Person;
  /** Edits included; `''` where it was deleted. */
  readonly texts: Set<string>;
  readonly private: boolean;
  /** Its writer left before it was kept or sent: it may be nowhere. */
  isGivenUp: boolean;
}

/** Nobody types sooner after a page was loaded or thawed, or in another tab of one's own. */
export const HANDS_MS = 50;

/** One conversation as one tab shows it. */
export class Room {
  readonly tab: SimulatedTab;
  readonly person: Person;
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
      (key) => world.disk.placeOf(key, this.audience, this.conversationId),
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
  /** Who is at it, as far as the page knows. */
  person: Person;
  readonly visitor: VisitorChat | null;
  readonly agent: AgentChat | null;
  rooms: readonly Room[];
}

/** Everybody who takes part in a story, and what they wrote. */
export class Cast {
  readonly world: World;
  seats: readonly Seat[] = [];
  readonly typed = new Map<string, Typed>();
  /** Browsers in which somebody signed out or in. */
  readonly changed = new Set<SimulatedBrowser>();
  readonly #signingIn = new Set<AgentChat>();
  /** When each person typed last. */
  readonly #typed_ms = new Map<string, number>();
  #tabs = 0;
  #texts = 0;
  #resets = 0;

  constructor(world: World) {
    this.world = world;
  }

  get rooms(): readonly Room[] {
    return this.seats.flatMap(({ rooms }) => rooms);
  }

  /** @param typed what was typed in this tab before it was reloaded */
  visitorComes(browser: SimulatedBrowser, typed: readonly string[] = []): void {
    const { person } = browser;
    const tab = this.world.tab(browser, this.#nameOf(person));
    const visitor = this.world.visitor(tab);
    const seat: Seat = { tab, person, visitor, agent: null, rooms: [] };
    this.seats = [...this.seats, seat];
    this.#sitDown(seat, visitor, typed);
    visitor.start();
  }

  #sitDown(seat: Seat, visitor: VisitorChat, typed: readonly string[]): void {
    const room = this.#newRoom(seat, visitor);
    seat.rooms = [room];
    room.typed = [...typed];
    // What other tabs have under way shows here too, but only each of them knows its order.
    for (const other of this.typed.values()) {
      if (other.person === seat.person && !typed.includes(other.key)) {
        room.watcher.retried(other.key);
      }
    }
  }

  agentComes(browser: SimulatedBrowser): void {
    const { person } = browser;
    const tab = this.world.tab(browser, this.#nameOf(person));
    const agent = this.world.agent(tab);
    const seat: Seat = { tab, person, visitor: null, agent, rooms: [] };
    this.seats = [...this.seats, seat];
    agent.phase.subscribe(() => this.#introduce(seat, agent));
    this.#overlook(seat, agent.inbox);
    agent.start();
  }

  /** Who is signed in, as a page has learned: what was open is not theirs. */
  #introduce(seat: Seat, agent: AgentChat): void {
    const phase = agent.phase.get();
    if (phase.phase !== 'ready' || phase.agent.name === seat.person) return;
    this.world.note(seat.tab.name, `is ${phase.agent.name} now, was ${seat.person}`);
    for (const room of seat.rooms) this.#leave(room);
    seat.person = phase.agent.name as AgentName;
    seat.rooms = [];
  }

  #newRoom(seat: Seat, chat: Room['chat']): Room {
    this.#overlook(seat, chat.view);
    return new Room(this.world, seat.tab, seat.person, chat);
  }

  /** SEC-1: whoever is at a page sees nothing there that is another's, however short. */
  #overlook(seat: Seat, shown: Store<unknown>): void {
    const { world } = this;
    if (!world.peopleChange) return;
    const look = (): void => {
      const person = this.#whoSees(seat);
      if (person === null || !seat.tab.isThere) return;
      const text = JSON.stringify(shown.get());
      // Another tab may have signed somebody in of whom this page has not learned yet.
      const { person: signedIn } = seat.tab.browser;
      if (foreignMarks(signedIn, text).length === 0) return;
      for (const mark of foreignMarks(person, text)) {
        world.ledger.faults.push(`${seat.tab.name} shows ${mark} to ${person}`);
      }
    };
    // A page is drawn when all that belongs to a change is done.
    shown.subscribe(() => void world.clock.after(0, look));
  }

  /** Null: nothing is shown, but the form to sign in. */
  #whoSees({ agent, person }: Seat): Person | null {
    if (agent === null) return person;
    const phase = agent.phase.get();
    return phase.phase === 'ready' ? (phase.agent.name as AgentName) : null;
  }

  #leave(room: Room): void {
    room.watcher.end();
    const { outbox } = room.tab.browser;
    for (const { key, id } of room.rows) {
      const typed = this.typed.get(key);
      // What could not be stored the page says itself: `durable` is false.
      if (typed !== undefined && id === null && !outbox.entries.has(key)) typed.isGivenUp = true;
    }
  }

  isSignedOut({ agent }: Seat): boolean {
    return agent !== null && agent.phase.get().phase === 'signed-out';
  }

  signOut({ agent, tab }: Seat): void {
    this.changed.add(tab.browser);
    this.world.note(tab.name, 'signs out');
    agent?.signOut().catch(() => undefined);
  }

  signIn({ agent, tab }: Seat, name: AgentName): void {
    this.changed.add(tab.browser);
    // The form takes one at a time.
    if (agent === null || this.#signingIn.has(agent)) return;
    this.#signingIn.add(agent);
    this.world.note(tab.name, `signs in as ${name}`);
    void agent
      .signIn({ email: emailOf(name), password: 'right' })
      .catch(() => undefined)
      .finally(() => this.#signingIn.delete(agent));
  }

  /** The browser forgets its visitor: whoever comes next is somebody else, in all its tabs. */
  reset(seat: Seat): void {
    const { browser } = seat.tab;
    const tabs = this.seats.filter(({ tab }) => tab.browser === browser);
    // A page that stands still or was left hears of it later. Before the server was reached there is nobody.
    if (seat.visitor === null || tabs.some(({ tab }) => !tab.isThere)) return;
    if (browser.token === null) return;
    this.world.note(seat.tab.name, 'is reset');
    this.#resets += 1;
    const person = afterReset(seat.person as Visitor, this.#resets);
    for (const typed of this.typed.values()) {
      if (typed.person === seat.person) typed.isGivenUp = true;
    }
    for (const { rooms } of tabs) for (const room of rooms) this.#leave(room);
    browser.becomes(person);
    seat.visitor.reset();
    seat.visitor.start();
    for (const tab of tabs) {
      tab.person = person;
      if (tab.visitor !== null) this.#sitDown(tab, tab.visitor, []);
    }
  }

  /** An agent opens what stands first in the inbox and is not open yet. */
  open(seat: Seat): void {
    const { agent, rooms } = seat;
    if (agent === null || this.isSignedOut(seat)) return;
    const open = new Set(rooms.map(({ conversationId }) => conversationId));
    const entry = agent.inbox.get().entries.find(({ id }) => !open.has(id));
    if (entry === undefined || rooms.length >= 3) return;
    seat.rooms = [...rooms, this.#newRoom(seat, agent.open(entry.id))];
  }

  /** The tab is reloaded, or crashes and is restored: all at once another page is there. */
  reload(seat: Seat): void {
    const { browser } = seat.tab;
    const waiting = seat.rooms.flatMap(({ rows }) => rows.filter(({ id }) => id === null));
    // What could not be stored the page says itself: `durable` is false.
    if (!waiting.every(({ key }) => browser.outbox.entries.has(key))) return;
    this.#close(seat);
    if (seat.visitor === null) this.agentComes(browser);
    else this.visitorComes(browser, seat.rooms[0]?.typed);
  }

  /** The page does not show who is signed in: it is opened anew. */
  reopen(seat: Seat): void {
    for (const room of seat.rooms) this.#leave(room);
    this.#close(seat);
    this.agentComes(seat.tab.browser);
  }

  #close(seat: Seat): void {
    seat.tab.crash();
    this.seats = this.seats.filter((other) => other !== seat);
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
      isGivenUp: false,
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
    world.post(room.tab.name, room.tab.browser, '/api/chatbot/message', {
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
