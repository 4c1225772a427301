import type { Conversation, Message } from '@parley/protocol';
import type { LogEvent, LogNews } from './wire-event.ts';
import { isOwn, ownMark, type Side } from './side.ts';

/**
 * The log of one conversation as one reader sees it, and the one function that changes it (SYNC-5).
 * Pure: every value is immutable, nothing here knows of time, network or page.
 *
 * The reader has applied every change of the stream up to `cursor`, and nothing beyond it
 * (SYNC-4). What is loaded is a range of history: from the first loaded message to the newest.
 */
export type LogState<C extends Conversation> = EmptyLog | LoadedLog<C>;

interface Heard {
  /** Events from beyond the cursor, by seq; kept until what is missing before them has come. */
  readonly ahead: ReadonlyMap<number, LogEvent>;
  /** The farthest place of the stream that anything told of. */
  readonly knownHead: number;
}

export interface EmptyLog extends Heard {
  readonly phase: 'empty';
}

export interface LoadedLog<C extends Conversation> extends Heard {
  readonly phase: 'loaded';
  /** The newest snapshot; `head` says of when, or how far events have carried it since. */
  readonly conversation: C;
  readonly cursor: number;
  /** Oldest first, by seq; without holes. */
  readonly messages: readonly Message[];
  /** Whether there is history before the first loaded message. */
  readonly hasOlder: boolean;
  /** Unread messages of the other side that are not loaded. */
  readonly unreadOlder: number;
  /** The own mark moved within history that is not loaded: only the server can count the rest. */
  readonly recount: boolean;
  /**
   * What a catch-up of several pages has brought so far, up to its own cursor. Pages come in the
   * order of changes, so a message that was edited later comes later than its successors: shown
   * page by page, it would be missing from its place for a while.
   */
  readonly staged: { readonly cursor: number; readonly messages: readonly Message[] } | null;
}

/** An answer with messages: of `?after=`, `?before=`, or neither. */
export interface Page<C extends Conversation> {
  readonly conversation: C;
  readonly messages: readonly Message[];
  readonly head: number;
  readonly cursor: number;
  readonly has_more: boolean;
}

export type LogChange<C extends Conversation> =
  | LogNews
  /** The newest messages. */
  | { readonly kind: 'newest'; readonly page: Page<C> }
  /** Everything that changed since `after`, or its beginning. */
  | { readonly kind: 'after'; readonly after: number; readonly page: Page<C> }
  /** Older history. */
  | { readonly kind: 'before'; readonly before: number; readonly page: Page<C> }
  /** Messages as the server has them now: the same, with files at other addresses. */
  | { readonly kind: 'renewed'; readonly messages: readonly Message[] }
  /** The server's answer to a message that was sent, edited or deleted here. */
  | { readonly kind: 'answer'; readonly message: Message; readonly head: number }
  /** The conversation as another source (the inbox) shows it. */
  | { readonly kind: 'snapshot'; readonly conversation: C };

/** What is to be fetched next: nothing, what came after the cursor, or the newest messages. */
export type LogNeed = 'none' | 'after' | 'newest';

export interface Applied<C extends Conversation> {
  readonly state: LogState<C>;
  readonly need: LogNeed;
}

/** Events kept beyond a gap. More are not worth the memory: the fetch brings them anyway. */
const AHEAD_MAX = 200;

export function emptyLog(): EmptyLog {
  return { phase: 'empty', ahead: new Map(), knownHead: 0 };
}

/** What is still missing in this state. */
export function needOf(state: LogState<Conversation>): LogNeed {
  if (state.phase === 'empty') return 'newest';
  return state.knownHead > state.cursor || state.recount ? 'after' : 'none';
}

/** From where to ask for what came after: `?after=`. */
export function fetchCursor(state: LoadedLog<Conversation>): number {
  return Math.max(state.cursor, state.staged?.cursor ?? 0);
}

export function apply<C extends Conversation>(
  state: LogState<C>,
  change: LogChange<C>,
  side: Side,
): Applied<C> {
  if (change.kind === 'hint') {
    return { state, need: state.phase === 'empty' ? 'newest' : 'after' };
  }
  if (state.phase === 'empty') {
    const next = applyToEmpty(state, change, side);
    return { state: next, need: needOf(next) };
  }
  const applied = applyToLoaded(state, change, side);
  // Pages of changes and of history bring the count themselves, where they count.
  const isPage = change.kind === 'after' || change.kind === 'before';
  const next = isPage || applied.phase === 'empty' ? applied : withRecount(state, applied, side);
  return { state: next, need: needOf(next) };
}

type PlacedChange<C extends Conversation> = Exclude<LogChange<C>, { kind: 'hint' }>;

function applyToEmpty<C extends Conversation>(
  state: EmptyLog,
  change: PlacedChange<C>,
  side: Side,
): LogState<C> {
  switch (change.kind) {
    case 'event':
      return { ...state, ...hear(state, change.event) };
    case 'head':
    case 'answer':
      return { ...state, knownHead: Math.max(state.knownHead, change.head) };
    case 'newest': {
      const loaded = load(state, change.page, side);
      // What was heard before may have been read within what is not loaded.
      return withRecount(loaded, drain(loaded, side), side);
    }
    case 'after':
    case 'before':
    case 'renewed':
    case 'snapshot':
      return state;
  }
}

function load<C extends Conversation>(heard: Heard, page: Page<C>, side: Side): LoadedLog<C> {
  const { conversation, head } = page;
  const messages = page.messages.toSorted(bySeq);
  const unreadLoaded = countUnread(messages, side, ownMark(conversation, side));
  return {
    ahead: heard.ahead,
    knownHead: Math.max(heard.knownHead, head),
    phase: 'loaded',
    conversation,
    cursor: head,
    messages,
    hasOlder: page.has_more,
    unreadOlder: Math.max(0, conversation.unread - unreadLoaded),
    recount: false,
    staged: null,
  };
}

function applyToLoaded<C extends Conversation>(
  state: LoadedLog<C>,
  change: PlacedChange<C>,
  side: Side,
): LogState<C> {
  switch (change.kind) {
    case 'event':
      return applyEvent(state, change.event, side);
    case 'head':
      return withHead(state, change.head);
    case 'answer':
      return applyAnswer(state, change.message, change.head, side);
    case 'snapshot':
      return withSnapshot(state, change.conversation);
    case 'newest':
      // The page tells nothing of edits to what is loaded before it, so it cannot move the cursor.
      return withSnapshot(withHead(state, change.page.head), change.page.conversation);
    case 'after':
      return applyAfter(state, change.after, change.page, side);
    case 'before':
      return applyBefore(state, change.before, change.page, side);
    case 'renewed':
      return { ...state, messages: renewed(state.messages, change.messages) };
  }
}

function applyEvent<C extends Conversation>(
  state: LoadedLog<C>,
  event: LogEvent,
  side: Side,
): LoadedLog<C> {
  if (event.seq <= state.cursor) return state;
  return drain({ ...state, ...hear(state, event) }, side);
}

/** Keeps an event from beyond the cursor. */
function hear(state: Heard, event: LogEvent): Heard {
  const knownHead = Math.max(state.knownHead, event.seq);
  if (state.ahead.has(event.seq)) return { ahead: state.ahead, knownHead };
  const ahead = new Map(state.ahead).set(event.seq, event);
  // The farthest goes: what is near the cursor is wanted first.
  if (ahead.size > AHEAD_MAX) ahead.delete(Math.max(...ahead.keys()));
  return { ahead, knownHead };
}

/** Applies what has been kept, as far as it follows the cursor without a gap. */
function drain<C extends Conversation>(state: LoadedLog<C>, side: Side): LoadedLog<C> {
  if (state.ahead.size === 0) return state;
  const ahead = new Map(state.ahead);
  let next: LoadedLog<C> = state;
  for (const seq of ahead.keys()) if (seq <= next.cursor) ahead.delete(seq);
  for (;;) {
    const event = ahead.get(next.cursor + 1);
    if (event === undefined) return { ...next, ahead };
    ahead.delete(event.seq);
    next = applyNext(next, event, side);
  }
}

/** Applies the event whose place is right after the cursor. */
function applyNext<C extends Conversation>(
  state: LoadedLog<C>,
  event: LogEvent,
  side: Side,
): LoadedLog<C> {
  const { conversation } = state;
  const head = Math.max(conversation.head, event.seq);
  const moved = { ...state, cursor: event.seq, knownHead: Math.max(state.knownHead, event.seq) };
  switch (event.kind) {
    case 'message':
      return {
        ...moved,
        conversation: { ...conversation, head },
        ...(isLoaded(state, event.message.seq)
          ? { messages: upsert(state.messages, event.message) }
          : { unreadOlder: unreadOlderAfter(state, event.message, side) }),
      };
    case 'read': {
      const read =
        event.reader === 'visitor'
          ? { visitor_read_up_to: Math.max(conversation.visitor_read_up_to, event.up_to) }
          : { agent_read_up_to: Math.max(conversation.agent_read_up_to, event.up_to) };
      return { ...moved, conversation: { ...conversation, head, ...read } };
    }
    case 'conversation':
      return {
        ...moved,
        conversation: newerConversation(conversation, {
          ...conversation,
          ...event.conversation,
          head: Math.max(event.conversation.head, event.seq),
        }),
      };
  }
}

/**
 * The answer to a message of one's own is the event of that message: it counts as such where it is
 * the next one, and otherwise says how far the stream reaches.
 */
function applyAnswer<C extends Conversation>(
  state: LoadedLog<C>,
  message: Message,
  head: number,
  side: Side,
): LoadedLog<C> {
  const known = withHead(state, head);
  if (message.changed_seq !== state.cursor + 1) return known;
  return applyEvent(known, { kind: 'message', seq: message.changed_seq, message }, side);
}

function applyAfter<C extends Conversation>(
  state: LoadedLog<C>,
  after: number,
  page: Page<C>,
  side: Side,
): LogState<C> {
  // The server knows less than it told before (restored from a backup): begin anew.
  if (page.head < after) return emptyLog();
  const snapshot = withSnapshot(withHead(state, page.head), page.conversation);
  const known = withRecount(state, snapshot, side);
  if (after > fetchCursor(state) || page.cursor < state.cursor) return known;
  if (page.cursor === state.cursor && !known.recount) return known;
  const staged = after > state.cursor ? (state.staged?.messages ?? []) : [];
  const changed = [...staged, ...page.messages];
  if (page.has_more) return { ...known, staged: { cursor: page.cursor, messages: changed } };
  let { messages } = known;
  for (const message of changed) {
    if (isLoaded(state, message.seq)) messages = upsert(messages, message);
  }
  const next = { ...known, messages, cursor: page.cursor, staged: null };
  return drain(countedAnew(next, page.conversation, side), side);
}

function applyBefore<C extends Conversation>(
  state: LoadedLog<C>,
  before: number,
  page: Page<C>,
  side: Side,
): LoadedLog<C> {
  const snapshot = withSnapshot(withHead(state, page.head), page.conversation);
  const known = withRecount(state, snapshot, side);
  const first = state.messages[0];
  if (first === undefined || first.seq !== before) return known;
  // Read before changes that have been applied since: it may lack an edit that no one repeats.
  if (page.head < state.cursor) return known;
  const older = page.messages.filter((message) => message.seq < before).toSorted(bySeq);
  const next = { ...known, messages: [...older, ...state.messages], hasOlder: page.has_more };
  return countedAnew(next, page.conversation, side);
}

/** Only what has not changed otherwise: an edit comes in its turn. */
function renewed(messages: readonly Message[], page: readonly Message[]): readonly Message[] {
  return messages.map(
    (message) =>
      page.find((other) => other.id === message.id && other.changed_seq === message.changed_seq) ??
      message,
  );
}

/** What is unread in history that is not loaded, where the snapshot is of just this state. */
function countedAnew<C extends Conversation>(
  state: LoadedLog<C>,
  snapshot: C,
  side: Side,
): LoadedLog<C> {
  const isOfNow = snapshot.head === state.cursor && state.conversation.head === state.cursor;
  if (!isOfNow) return { ...state, recount: state.recount || state.unreadOlder > 0 };
  const loaded = countUnread(state.messages, side, ownMark(state.conversation, side));
  return { ...state, unreadOlder: Math.max(0, snapshot.unread - loaded), recount: false };
}

function withHead<C extends Conversation>(state: LoadedLog<C>, head: number): LoadedLog<C> {
  return head <= state.knownHead ? state : { ...state, knownHead: head };
}

function withSnapshot<C extends Conversation>(state: LoadedLog<C>, snapshot: C): LoadedLog<C> {
  const known = withHead(state, snapshot.head);
  return { ...known, conversation: newerConversation(state.conversation, snapshot) };
}

/** The snapshot with the higher head; read marks never go back (SPEC §4). */
function newerConversation<C extends Conversation>(current: C, other: C): C {
  const newer = other.head >= current.head ? other : current;
  return {
    ...newer,
    visitor_read_up_to: Math.max(current.visitor_read_up_to, other.visitor_read_up_to),
    agent_read_up_to: Math.max(current.agent_read_up_to, other.agent_read_up_to),
  };
}

/** Whether a message at this place belongs to the loaded range: an edit may concern an older one. */
function isLoaded(state: LoadedLog<Conversation>, seq: number): boolean {
  const first = state.messages[0];
  return !state.hasOlder || (first !== undefined && seq >= first.seq);
}

function upsert(messages: readonly Message[], message: Message): readonly Message[] {
  const index = messages.findLastIndex((other) => other.seq <= message.seq);
  const found = messages[index];
  if (found?.seq !== message.seq) return messages.toSpliced(index + 1, 0, message);
  return found.changed_seq < message.changed_seq ? messages.with(index, message) : messages;
}

/** Notes where the own mark moved, but not past all that is not loaded. */
function withRecount<C extends Conversation>(
  before: LoadedLog<C>,
  now: LoadedLog<C>,
  side: Side,
): LoadedLog<C> {
  if (now.unreadOlder === 0) return now;
  const mark = ownMark(now.conversation, side);
  const first = now.messages[0]?.seq ?? 0;
  const moved = mark > ownMark(before.conversation, side) && mark < first - 1;
  return moved ? { ...now, recount: true } : now;
}

/** An unloaded message changed; only its deletion matters, and that happens once. */
function unreadOlderAfter(state: LoadedLog<Conversation>, message: Message, side: Side): number {
  const wasUnread =
    message.deleted_at !== null &&
    message.seq > ownMark(state.conversation, side) &&
    countsAsUnread({ ...message, deleted_at: null }, side);
  return wasUnread ? Math.max(0, state.unreadOlder - 1) : state.unreadOlder;
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}

/**
 * Messages that this side has not read (SYNC-12). `localMark` is how far it has read as far as
 * this page knows, which may be more than the server has heard.
 */
export function unreadOf(state: LoadedLog<Conversation>, side: Side, localMark: number): number {
  const mark = Math.max(ownMark(state.conversation, side), localMark);
  const first = state.messages[0];
  const older = first !== undefined && mark >= first.seq - 1 ? 0 : state.unreadOlder;
  return older + countUnread(state.messages, side, mark);
}

function countUnread(messages: readonly Message[], side: Side, mark: number): number {
  return messages.filter((message) => message.seq > mark && countsAsUnread(message, side)).length;
}

/** What the system says is for nobody to read up on. */
function countsAsUnread(message: Message, side: Side): boolean {
  const { sender_type, deleted_at } = message;
  return !isOwn(sender_type, side) && sender_type !== 'system' && deleted_at === null;
}
