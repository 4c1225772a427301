import type { Context } from '../context.ts';
import { first, type Sql } from '../database/database.ts';
import { enqueue } from '../job/job.commands.ts';
import type { JobHandler } from '../job/job.worker.ts';
import type { Publication } from '../broadcast/publication.ts';
import { wakeAt, type ConversationState } from './conversation.ts';
import { conversationFromRow, lockOfSite } from './conversation.store.ts';
import { commit, conclude, record, type Circumstances } from './stream.commands.ts';

/** Of jobs that wake a conversation. */
const SNOOZE = 'conversation:wake';

interface WakeJob {
  readonly siteId: number;
  readonly conversationId: number;
  readonly until_ms: number;
}

/** Within the transaction that snoozes a conversation until a moment: a job for that moment. */
export function* wakeLater(
  sql: Sql,
  before: ConversationState,
  { id, siteId, snoozedUntil_ms }: ConversationState,
  now_ms: number,
) {
  if (snoozedUntil_ms === null || snoozedUntil_ms === before.snoozedUntil_ms) return;
  const payload = { siteId, conversationId: id, until_ms: snoozedUntil_ms } satisfies WakeJob;
  // A key for each moment: an earlier one does not wait for the later one that it replaces.
  const queueKey = `wake:${id}:${snoozedUntil_ms}`;
  yield* enqueue(sql, [{ kind: SNOOZE, queueKey, payload, runAt_ms: snoozedUntil_ms }], now_ms);
}

export function createSnoozeJobHandlers(context: Context): Readonly<Record<string, JobHandler>> {
  return {
    [SNOOZE]: async (payload) => {
      await commit(context, wakeSnoozed, payload as WakeJob);
    },
  };
}

/** A transaction. Nothing happens where it was woken, or snoozed anew, since. */
export function* wakeSnoozed(sql: Sql, input: WakeJob & Circumstances) {
  const publications: Publication[] = [];
  const keys = { site_id: input.siteId, id: input.conversationId };
  const row = yield* first(lockOfSite(sql, keys));
  const change = row === undefined ? null : wakeAt(conversationFromRow(row), input.until_ms);
  if (change === null) return { result: false, publications };
  const { state, place } = change;
  const happening = { kind: 'conversation-updated', place } as const;
  const view = yield* record(sql, publications, state, happening, input);
  yield* conclude(sql, publications, view, input);
  return { result: true, publications };
}
