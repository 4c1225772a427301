import type { Conversation, InboxEntry, Message } from '@parley/protocol';
import type { LogMessage } from '../../packages/client/src/index.ts';
import type { Cast, Room, Seat, Typed } from './people.ts';
import type { SimulatedBrowser } from './browser.ts';
import { difference } from './difference.ts';
import { isAgent } from './identities.ts';
import type { SimulatedRequest } from './server.ts';
import { BASE, type World } from './world.ts';

/** A message as the database has it. */
interface Stored {
  readonly id: number;
  readonly conversation_id: number;
  readonly client_message_id: string;
  readonly sender_name: string | null;
  readonly text: string;
  readonly private: number;
  readonly v_seq: number | null;
  readonly a_seq: number;
}

interface Heads {
  readonly id: number;
  readonly v_head: number;
  readonly a_head: number;
}

/** Everything that is wrong after a story, each as a line to read; empty: the promise was kept. */
export async function faultsOf(world: World, cast: Cast): Promise<readonly string[]> {
  const stored = world.disk.rows('SELECT * FROM messages ORDER BY id') as readonly Stored[];
  const faults = [
    ...world.ledger.faults,
    ...acknowledgementFaults(world, stored),
    ...streamFaults(world, stored),
    ...ownershipFaults(stored),
    ...typedFaults(world, cast, stored),
  ];
  for (const room of cast.rooms) {
    faults.push(...shownFaults(cast, room));
    faults.push(...orderFaults(room, stored), ...(await viewFaults(world, room, stored)));
  }
  for (const seat of cast.seats) faults.push(...(await seatFaults(world, seat)));
  const { pollsMax } = world.network;
  if (pollsMax > 1) faults.push(`one page had ${pollsMax} polls under way at once`);
  return [...new Set(faults)];
}

/** SYNC-10: no row twice, gone, or in another place. */
function shownFaults(cast: Cast, room: Room): string[] {
  const { hadDiskFaults } = room.tab.browser;
  const isAllowed = (fault: string) => hadDiskFaults && isBetweenTabs(cast, fault);
  return room.watcher.faults
    .filter((fault) => !isAllowed(fault))
    .map((fault) => `${nameOf(room)}: ${fault}`);
}

/**
 * Whether all that changed places was typed in different tabs. Where the storage of a browser does
 * not answer, a tab cannot know what another one wrote in the moment before it was left.
 */
function isBetweenTabs(cast: Cast, fault: string): boolean {
  const orders = /^order changed: (.*) → (.*)$/.exec(fault);
  if (orders === null) return false;
  const [before = [], after = []] = orders.slice(1).map((keys) => keys.split(' '));
  const tabOf = (key: string) => cast.rooms.find(({ typed }) => typed.includes(key));
  return before.every((first, index) =>
    before
      .slice(index + 1)
      .filter((second) => after.indexOf(first) > after.indexOf(second))
      .every((second) => tabOf(first) !== tabOf(second)),
  );
}

/** SYNC-1, SYNC-2: whatever was answered is there, once, and is what was answered. */
function acknowledgementFaults({ ledger }: World, stored: readonly Stored[]): string[] {
  const byKey = Map.groupBy(stored, ({ client_message_id: key }) => key);
  const faults: string[] = [];
  for (const [key, same] of byKey) {
    if (same.length > 1) faults.push(`${key} stands ${same.length} times in the database`);
  }
  for (const { key, id, seq, audience } of ledger.acknowledged) {
    const [message] = byKey.get(key) ?? [];
    const place = audience === 'visitor' ? message?.v_seq : message?.a_seq;
    if (message?.id === id && place === seq) continue;
    faults.push(`${key} was acknowledged as ${id} at ${seq}, and is ${message?.id} at ${place}`);
  }
  return faults;
}

/** SYNC-3: both streams are dense and show messages in the same order. */
function streamFaults(world: World, stored: readonly Stored[]): string[] {
  const faults: string[] = [];
  const conversations = world.disk.rows(
    'SELECT id, v_head, a_head FROM conversations',
  ) as readonly Heads[];
  for (const { id, v_head, a_head } of conversations) {
    const messages = stored
      .filter(({ conversation_id: of }) => of === id)
      .toSorted((a, b) => a.a_seq - b.a_seq);
    const visible = messages.flatMap(({ v_seq: seq }) => seq ?? []);
    const isOrdered = visible.every((seq, index) => seq > (visible[index - 1] ?? 0));
    if (!isOrdered) faults.push(`conversation ${id}: visitors read ${visible.join(' ')}`);
    const channel = `private-chat.conversation.${id}`;
    // What a node that died, or was not told of its commit, did not publish is missing here alone.
    if (world.crashes + world.disk.unsaid > 0 || !world.hasOwnSockets) continue;
    faults.push(...densityFaults(world, channel, v_head));
    faults.push(...densityFaults(world, `${channel}.agents`, a_head));
  }
  return faults;
}

function densityFaults({ ledger }: World, channel: string, head: number): string[] {
  // Several nodes publish what each of them committed, none of them twice.
  const seqs = (ledger.streams.get(`reverb ${channel}`) ?? []).toSorted((a, b) => a - b);
  const isDense = seqs.length === head && seqs.every((seq, index) => seq === index + 1);
  return isDense ? [] : [`${channel}: head ${head}, published ${seqs.join(' ')}`];
}

/** What stands in one conversation was all written in it. */
function ownershipFaults(stored: readonly Stored[]): string[] {
  const faults: string[] = [];
  for (const [id, messages] of Map.groupBy(stored, ({ conversation_id: of }) => of)) {
    const owners = messages.flatMap(({ text }) => /^\[([a-z]{2})/.exec(text)?.[1] ?? []);
    const mixed = new Set(owners).size > 1;
    if (mixed) faults.push(`conversation ${id} is of ${owners.join(' and ')}`);
    for (const { text, private: isNote, v_seq: seq } of messages) {
      const saysNote = text.includes(' note]');
      const isRight = (isNote === 1) === (seq === null) && (text === '' || saysNote === !!isNote);
      if (!isRight) faults.push(`conversation ${id}: "${text}" is in the wrong stream`);
    }
  }
  return faults;
}

/** SYNC-9: what was typed is there once, or it says that it failed, and then it is not there. */
function typedFaults(world: World, cast: Cast, stored: readonly Stored[]): string[] {
  const faults: string[] = [];
  const byKey = new Map(stored.map((message) => [message.client_message_id, message]));
  const failed = new Map<string, string>();
  const kept = new Set<string>();
  for (const room of cast.rooms) {
    for (const { key, state, id } of room.rows) {
      if (state === 'failed') failed.set(key, nameOf(room));
      if (id === null && state !== 'failed')
        faults.push(`${nameOf(room)}: ${key} is still ${state}`);
    }
  }
  for (const { home, outbox } of world.browsers) {
    for (const { clientMessageId: key, failed: failure } of outbox.entries.values()) {
      // Kept for whoever wrote it, who is not there to see it.
      if (cast.typed.get(key)?.person !== home) kept.add(key);
      else if (failure !== null) failed.set(key, `the storage of ${home}`);
    }
  }
  for (const typed of cast.typed.values()) {
    const { key, person } = typed;
    const message = byKey.get(key);
    const at = failed.get(key);
    if (message === undefined && at === undefined && !typed.isGivenUp && !kept.has(key)) {
      faults.push(`${describe(typed)} is nowhere`);
    }
    if (isAgent(person) && message !== undefined && message.sender_name !== person) {
      faults.push(`${describe(typed)} was sent by ${message.sender_name}`);
    }
    if (message !== undefined && at !== undefined) {
      faults.push(`${describe(typed)} failed at ${at}, and is in the database`);
    }
    if (message !== undefined && !typed.texts.has(message.text)) {
      faults.push(`${describe(typed)} reads "${message.text}"`);
    }
  }
  for (const { client_message_id: key, text } of stored) {
    if (!cast.typed.has(key)) faults.push(`"${text}" was typed by nobody`);
  }
  return faults;
}

/** Each sender's own order. */
function orderFaults(room: Room, stored: readonly Stored[]): string[] {
  const places = new Map(stored.map(({ client_message_id: key, id }) => [key, id]));
  const ids = room.typed.flatMap((key) => places.get(key) ?? []);
  const isOrdered = ids.every((id, index) => id > (ids[index - 1] ?? 0));
  return isOrdered ? [] : [`${nameOf(room)}: typed in order, and stand as ${ids.join(' ')}`];
}

/** SYNC-5: what is shown is what a fresh load shows. */
async function viewFaults(world: World, room: Room, stored: readonly Stored[]): Promise<string[]> {
  const { chat, audience, person, heard, tab } = room;
  const who = nameOf(room);
  const id = room.conversationId;
  if (id === null) {
    const theirs = stored.filter(({ text }) => text.startsWith(`[${person}]`));
    return theirs.length === 0 ? [] : [`${who} shows no conversation`];
  }
  const faults = new Set(heard).size < heard.length ? [`${who}: a sound twice`] : [];
  const path =
    audience === 'visitor' ? `/api/chatbot/conversation/${id}` : `/admin/chatbot/${id}/messages`;
  const fresh = (await ask(world, tab.browser, `${path}?limit=200`)) as FreshPage;
  const view = chat.view.get();
  if (view === null || !('conversation' in view)) return [...faults, `${who} shows nothing`];
  const stale = difference(view.conversation, fresh.conversation);
  if (stale !== null) faults.push(`${who}: conversation${stale}`);
  const first = room.rows.find(({ seq }) => seq !== null)?.seq ?? 0;
  const shown = room.rows.filter(({ id }) => id !== null).map(shownOf);
  const expected = fresh.messages.filter(({ seq }) => seq >= first).map(expectedOf);
  const wrong = difference(shown, expected);
  if (wrong !== null) faults.push(`${who}: messages${wrong}`);
  return faults;
}

interface FreshPage {
  readonly conversation: Conversation;
  readonly messages: readonly Message[];
}

const shownOf = (row: LogMessage) => ({
  id: row.id,
  seq: row.seq,
  text: row.text,
  sender_name: row.sender_name,
  edited: row.edited,
  deleted: row.deleted,
  private: row.private,
  key: row.client_message_id,
});

const expectedOf = (message: Message) => ({
  id: message.id,
  seq: message.seq,
  text: message.text,
  sender_name: message.sender_name,
  edited: message.edited_at !== null,
  deleted: message.deleted_at !== null,
  private: message.private,
  key: message.client_message_id,
});

/** Hosted Pusher may still be thought degraded (RT-8) until it is asked about again. */
const WANTED = {
  'pusher and reverb': ['pusher', 'reverb'],
  'external reverb': ['reverb'],
  reverb: ['reverb'],
  polling: ['polling'],
} as const;

/** RT-1, RT-3, SYNC-12: the best provider brings the events, and an inbox is what a fresh one is. */
async function seatFaults(world: World, { tab, visitor, agent }: Seat): Promise<string[]> {
  const faults: string[] = [];
  const chat = visitor ?? agent;
  const { realtimeProvider, trouble } = chat?.realtime.get() ?? {};
  const wanted = WANTED[world.providers];
  if (!wanted.some((name) => name === realtimeProvider) || trouble !== 'none') {
    faults.push(
      `${tab.name}: ${realtimeProvider} in place of ${wanted.join(' or ')}, trouble ${trouble}`,
    );
  }
  if (visitor !== null && visitor.unread.get() !== 0) {
    faults.push(`${tab.name}: ${visitor.unread.get()} unread after all was seen`);
  }
  if (agent === null) return faults;
  const fresh = (await ask(world, tab.browser, '/admin/chatbot')) as {
    conversations: InboxEntry[];
  };
  const stale = difference(agent.inbox.get().entries, fresh.conversations);
  if (stale !== null) faults.push(`${tab.name}: inbox${stale}`);
  return faults;
}

/** What the server itself says to somebody, without a network between. */
async function ask(
  world: World,
  { cookie, token, person }: SimulatedBrowser,
  path: string,
): Promise<unknown> {
  const identity = cookie === null ? { authorization: `Bearer ${token}` } : { cookie };
  const request: SimulatedRequest = {
    method: 'GET',
    url: BASE + path,
    headers: { host: 'chat.example', ...identity },
  };
  const { status, text } = await world.nodes.handle('checks', request);
  if (status !== 200) throw new Error(`${person}: ${path} answers ${status} ${text}`);
  return JSON.parse(text);
}

const nameOf = ({ tab, conversationId }: Room): string =>
  `${tab.name} in ${conversationId ?? 'no conversation'}`;

const describe = ({ key, texts, person }: Typed): string =>
  `"${[...texts].join('", "')}" of ${person} (${key})`;
