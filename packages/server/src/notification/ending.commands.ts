import { afterQuiet } from '@parley/protocol';
import { all, type Sql } from '../database/database.ts';
import { enqueue } from '../job/job.commands.ts';
import { exchangeSetting } from '../site/site.commands.ts';
import { settingsFrom } from './notification.commands.ts';
import { selectEnding } from './notification.store.ts';

/** A browser rings no more soon: its agent has not opened the dashboard there for long. */
export const NOTIFY_ENDING = 'notify:ending';

export interface EndingJob {
  readonly subscriptionId: number;
  /** Of the login, in Unix milliseconds: where it ends later by now, somebody came. */
  readonly expiresAt_ms: number;
}

/** So long before its login ends a browser rings for the last time, if nobody comes. */
export const AHEAD_MS = 2 * 24 * 60 * 60_000;

/** Up to which end of a login browsers were told. */
const TOLD_UNTIL = 'push_ending_told';

/**
 * Queues the telling of every browser whose login ends soon, once for each end, however many nodes
 * look for them. A transaction; returns how many are told.
 */
export function* queueEnding(sql: Sql, { now_ms }: { now_ms: number }) {
  const until_ms = now_ms + AHEAD_MS;
  const key = TOLD_UNTIL;
  const times = { initial: String(now_ms), value: String(until_ms), updated_at: now_ms };
  const told_ms = Number(yield* exchangeSetting(sql, { key, ...times }));
  const after_ms = Math.max(told_ms, now_ms);
  const rows = yield* all(selectEnding(sql, { after_ms, until_ms }));
  const jobs = rows.map(({ id, expires_at, settings }) => ({
    kind: NOTIFY_ENDING,
    queueKey: `${NOTIFY_ENDING}:${id}`,
    payload: { subscriptionId: id, expiresAt_ms: expires_at } satisfies EndingJob,
    runAt_ms: afterQuiet(settingsFrom(settings).quiet, now_ms),
  }));
  yield* enqueue(sql, jobs, now_ms);
  return jobs.length;
}
