import type {
  ConversationCategory,
  ConversationPatch,
  ConversationStatus,
  Priority,
  Rating,
  Reader,
  SenderType,
} from '@parley/protocol';

/** A place in both streams of a conversation. */
export interface Places {
  readonly visitor: number;
  readonly agent: number;
}

/** Where one change stands; `visitor` is null for what the visitor stream does not show. */
export interface Place {
  readonly visitor: number | null;
  readonly agent: number;
}

/** A conversation as it is stored. Rules below take one and give the next; times are Unix milliseconds. */
export interface ConversationState {
  readonly id: number;
  readonly siteId: number;
  readonly visitorId: number;
  readonly status: ConversationStatus;
  readonly category: ConversationCategory;
  readonly assigneeId: number | null;
  readonly labels: readonly string[];
  /** The highest places given out. */
  readonly head: Places;
  /** The newest message of the other side that the visitor, and an agent, has read. */
  readonly visitorRead: Places;
  readonly agentRead: Places;
  /** Place of the newest message in the agent stream; 0: none. */
  readonly lastMessage: number;
  readonly createdAt_ms: number;
  readonly lastActivityAt_ms: number;
  readonly waitingSince_ms: number | null;
  readonly resolvedAt_ms: number | null;
  readonly rating: StoredRating | null;
  readonly priority: Priority;
  /** Only of a snoozed one: when it wakes; null: when the visitor writes. */
  readonly snoozedUntil_ms: number | null;
  readonly teamId: number | null;
}

export interface StoredRating extends Rating {
  readonly at_ms: number;
}

/** A change: the state after it and its place. Each takes exactly one place in a stream (SYNC-3). */
export interface Change {
  readonly state: ConversationState;
  readonly place: Place;
}

const NOWHERE: Places = { visitor: 0, agent: 0 };

export function newConversation(of: {
  siteId: number;
  visitorId: number;
  now_ms: number;
}): Omit<ConversationState, 'id'> {
  return {
    siteId: of.siteId,
    visitorId: of.visitorId,
    status: 'open',
    category: 'human-chats',
    assigneeId: null,
    labels: [],
    head: NOWHERE,
    visitorRead: NOWHERE,
    agentRead: NOWHERE,
    lastMessage: 0,
    createdAt_ms: of.now_ms,
    lastActivityAt_ms: of.now_ms,
    waitingSince_ms: null,
    resolvedAt_ms: null,
    rating: null,
    priority: 'none',
    snoozedUntil_ms: null,
    teamId: null,
  };
}

/** Whether the visitor's next message goes to it (SYNC-13). */
export function takesNextMessage(
  state: Pick<ConversationState, 'status' | 'resolvedAt_ms'>,
  now_ms: number,
  reopenWindow_ms: number,
): boolean {
  if (state.status !== 'resolved') return true;
  return state.resolvedAt_ms !== null && now_ms - state.resolvedAt_ms <= reopenWindow_ms;
}

/**
 * Which conversation a visitor's message goes to; null: a new one. The one that is not resolved
 * comes first whatever was named, for there is at most one; then the named one, then the newest.
 */
export function chooseConversation<T extends Pick<ConversationState, 'status' | 'resolvedAt_ms'>>(
  candidates: { unresolved: T | null; named: T | null; newestResolved: T | null },
  now_ms: number,
  reopenWindow_ms: number,
): T | null {
  if (candidates.unresolved !== null) return candidates.unresolved;
  for (const candidate of [candidates.named, candidates.newestResolved]) {
    if (candidate !== null && takesNextMessage(candidate, now_ms, reopenWindow_ms)) {
      return candidate;
    }
  }
  return null;
}

/** A visitor who writes brings a resolved, snoozed or pending conversation back; null: it is open. */
export function wake(state: ConversationState): Change | null {
  return state.status === 'open'
    ? null
    : change({ ...state, status: 'open', resolvedAt_ms: null, snoozedUntil_ms: null }, 'both');
}

/** It was to sleep until a moment that has come; null: it is awake, or sleeps until another. */
export function wakeAt(state: ConversationState, until_ms: number): Change | null {
  return state.status === 'snoozed' && state.snoozedUntil_ms === until_ms ? wake(state) : null;
}

/** A new message. A note has no place in the visitor stream and answers nobody. */
export function receive(
  state: ConversationState,
  message: { senderType: SenderType; private: boolean },
  now_ms: number,
): Change {
  const answered = message.senderType !== 'visitor' && !message.private;
  const waitingSince_ms =
    message.senderType === 'visitor'
      ? (state.waitingSince_ms ?? now_ms)
      : answered
        ? null
        : state.waitingSince_ms;
  const next = change(
    { ...state, waitingSince_ms, lastActivityAt_ms: Math.max(now_ms, state.lastActivityAt_ms) },
    message.private ? 'agents' : 'both',
  );
  return { ...next, state: { ...next.state, lastMessage: next.place.agent } };
}

/** An edit or a deletion of a message. */
export function touch(state: ConversationState, message: { private: boolean }): Change {
  return change(state, message.private ? 'agents' : 'both');
}

/** Somebody read up to a message of the other side; null: that was read before (SYNC-12). */
export function markRead(
  state: ConversationState,
  reader: Reader,
  newestCovered: Places | null,
): Change | null {
  const mark = reader === 'visitor' ? state.visitorRead : state.agentRead;
  if (newestCovered === null || newestCovered.agent <= mark.agent) return null;
  return change(
    reader === 'visitor'
      ? { ...state, visitorRead: newestCovered }
      : { ...state, agentRead: newestCovered },
    'both',
  );
}

/** Null where nothing changes. What the visitor does not see takes no place in the visitor stream. */
export function patchConversation(
  state: ConversationState,
  patch: ConversationPatch,
  now_ms: number,
): Change | null {
  const next = { ...state, ...statusPatch(state, patch, now_ms) };
  const assigneeId = patch.assignee_id === undefined ? state.assigneeId : patch.assignee_id;
  const category = patch.category ?? state.category;
  const labels = labelsAfter(state.labels, patch);
  const priority = patch.priority ?? state.priority;
  const teamId = patch.team_id === undefined ? state.teamId : patch.team_id;
  const visible =
    next.status !== state.status || assigneeId !== state.assigneeId || category !== state.category;
  const changed =
    visible ||
    priority !== state.priority ||
    teamId !== state.teamId ||
    next.snoozedUntil_ms !== state.snoozedUntil_ms ||
    !sameLabels(labels, state.labels);
  if (!changed) return null;
  const whole = { ...next, assigneeId, category, labels, priority, teamId };
  return change(whole, visible ? 'both' : 'agents');
}

/** The visitor's word on a resolved conversation, which may be changed; null: nothing new. */
export function rate(state: ConversationState, rating: Rating, now_ms: number): Change | null {
  const { score, comment } = rating;
  if (state.rating?.score === score && state.rating.comment === comment) return null;
  return change({ ...state, rating: { score, comment, at_ms: now_ms } }, 'both');
}

/** The visitor is shown otherwise now: named, verified, or joined with another. */
export function describeVisitor(state: ConversationState, visitorId: number): Change {
  return change({ ...state, visitorId }, 'both');
}

/** Agents are shown the visitor otherwise now, who is not told. */
export function describeToAgents(state: ConversationState): Change {
  return change(state, 'agents');
}

function statusPatch(
  state: ConversationState,
  { status: wanted, snoozed_until }: ConversationPatch,
  now_ms: number,
): Partial<ConversationState> {
  // Until when it sleeps says that it does.
  const status = wanted ?? (snoozed_until === undefined ? undefined : 'snoozed');
  if (status === undefined) return {};
  const snoozedUntil_ms = status === 'snoozed' ? wakingTime_ms(state, snoozed_until) : null;
  if (status === state.status) return { snoozedUntil_ms };
  return status === 'resolved'
    ? { status, snoozedUntil_ms, resolvedAt_ms: now_ms, waitingSince_ms: null }
    : { status, snoozedUntil_ms, resolvedAt_ms: null };
}

function wakingTime_ms(state: ConversationState, until_s: number | null | undefined) {
  if (until_s === undefined) return state.snoozedUntil_ms;
  return until_s === null ? null : until_s * 1_000;
}

/** Those that are taken away, then those that are added. */
function labelsAfter(
  before: readonly string[],
  { labels, add_labels = [], remove_labels = [] }: ConversationPatch,
): readonly string[] {
  const kept = (labels ?? before).filter((label) => !remove_labels.includes(label));
  return [...new Set([...kept, ...add_labels])];
}

/** Whether the patch brings a resolved conversation back. */
export function reopens({ status, snoozed_until }: ConversationPatch): boolean {
  return status === undefined ? snoozed_until !== undefined : status !== 'resolved';
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label, index) => label === b[index]);
}

function change(state: ConversationState, seenBy: 'both' | 'agents'): Change {
  const agent = state.head.agent + 1;
  const visitor = seenBy === 'both' ? state.head.visitor + 1 : null;
  return {
    state: { ...state, head: { agent, visitor: visitor ?? state.head.visitor } },
    place: { agent, visitor },
  };
}
