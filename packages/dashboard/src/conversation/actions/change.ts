import type { ConversationPatch, InboxEntry } from '@parley/protocol';

/** Whom the ids in a change mean. */
export interface Names {
  readonly agent: (id: number) => string;
  readonly team: (id: number) => string;
}

/** The conversation as it will be after the change; the server has the last word. */
export function withPatch(entry: InboxEntry, patch: ConversationPatch, names: Names): InboxEntry {
  const { assignee_id, team_id, priority, category } = patch;
  const { team: before, ...rest } = withStatus(entry, patch);
  const team =
    team_id === undefined ? before : team_id === null ? undefined : named(team_id, names.team);
  return {
    ...rest,
    ...(team !== undefined && { team }),
    ...(assignee_id !== undefined && {
      assignee: assignee_id === null ? null : named(assignee_id, names.agent),
    }),
    ...(priority !== undefined && { priority }),
    ...(category !== undefined && { category }),
    labels: labelsAfter(entry.labels ?? [], patch),
  };
}

function named(id: number, nameOf: (id: number) => string) {
  return { id, name: nameOf(id) };
}

function withStatus(entry: InboxEntry, { status, snoozed_until }: ConversationPatch): InboxEntry {
  // Until when it sleeps says that it does, as on the server.
  const next = status ?? (snoozed_until === undefined ? undefined : 'snoozed');
  if (next === undefined) return entry;
  const { snoozed_until: before, ...awake } = entry;
  if (next !== 'snoozed') return { ...awake, status: next };
  const until = snoozed_until === undefined ? before : (snoozed_until ?? undefined);
  return { ...awake, status: next, ...(until !== undefined && { snoozed_until: until }) };
}

function labelsAfter(
  before: readonly string[],
  { labels, add_labels = [], remove_labels = [] }: ConversationPatch,
): string[] {
  const kept = (labels ?? before).filter((label) => !remove_labels.includes(label));
  return [...new Set([...kept, ...add_labels])];
}

/**
 * What takes a change of `before` back, in the fields of the change alone: what others did meanwhile
 * stays.
 */
export function inverseOf(
  before: InboxEntry,
  patch: ConversationPatch,
  now_s: number,
): ConversationPatch {
  const has = new Set(before.labels);
  const added = patch.add_labels?.filter((label) => !has.has(label)) ?? [];
  const removed = patch.remove_labels?.filter((label) => has.has(label)) ?? [];
  return {
    ...((patch.status !== undefined || patch.snoozed_until !== undefined) &&
      statusAgain(before, now_s)),
    ...(patch.assignee_id !== undefined && { assignee_id: before.assignee?.id ?? null }),
    ...(patch.team_id !== undefined && { team_id: before.team?.id ?? null }),
    ...(patch.priority !== undefined && { priority: before.priority ?? 'none' }),
    ...(patch.category !== undefined && { category: before.category }),
    ...(patch.labels !== undefined && { labels: [...has] }),
    ...(added.length > 0 && { remove_labels: added }),
    ...(removed.length > 0 && { add_labels: removed }),
  };
}

/** One that would have woken by now is awake. */
function statusAgain({ status, snoozed_until }: InboxEntry, now_s: number): ConversationPatch {
  if (status !== 'snoozed') return { status };
  if (snoozed_until === undefined) return { snoozed_until: null };
  return snoozed_until > now_s ? { snoozed_until } : { status: 'open' };
}
