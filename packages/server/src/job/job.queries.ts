import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import {
  countJobs,
  selectBeyond,
  selectNextDue,
  selectNextUnlocked,
  selectQueues,
} from './job.store.ts';

/** Jobs of one kind that could be worked, or are. */
export interface Queue {
  readonly kind: string;
  readonly due: number;
  /** Milliseconds since the oldest of these is due. */
  readonly oldest_ms: number;
}

const COUNTED_MAX = 10_000;

/** What waits in the whole installation, at most 10,000 of it. */
export async function dueQueues({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): Promise<readonly Queue[]> {
  const now_ms = clock.now_ms();
  const rows = await database.query(selectQueues(database.sql, { now_ms, limit: COUNTED_MAX }));
  return rows.map(({ kind, due, since }) => ({
    kind,
    due,
    oldest_ms: Math.max(0, now_ms - since),
  }));
}

/**
 * When there will be something new to take of a kind, in Unix milliseconds; null: nothing waits.
 * Jobs that are held by whoever asks need no look at the leases: their end is known anyway.
 */
export async function nextDue_ms(
  { database }: Pick<Context, 'database'>,
  { kind, now_ms, leases }: { kind: string; now_ms: number; leases: boolean },
): Promise<number | null> {
  const { sql } = database;
  const [due] = await database.query(selectNextDue(sql, { kind, now_ms }));
  const [unlocked] = leases ? await database.query(selectNextUnlocked(sql, { kind, now_ms })) : [];
  const times = [due?.run_at, unlocked?.locked_until].filter((time) => typeof time === 'number');
  return times.length === 0 ? null : Math.min(...times);
}

export interface QueueState {
  /** How many could be worked now. */
  readonly due: number;
  /** How many have a time that is still to come. */
  readonly later: number;
  /** Since when the oldest that is due waits, in Unix milliseconds; null: none does. */
  readonly oldestDue_ms: number | null;
}

export async function queueState(
  { database }: Pick<Context, 'database'>,
  now_ms: number,
): Promise<QueueState> {
  const [row] = await database.query(countJobs(database.sql, { now_ms }));
  const { all = 0, due = 0, oldest = null } = row ?? {};
  return { due: due ?? 0, later: all - (due ?? 0), oldestDue_ms: oldest };
}

/** Within a transaction: a statement that finds one job where more than `depth` wait under a key. */
export function selectJobBeyond(sql: Sql, queue_key: string, depth: number) {
  return selectBeyond(sql, { queue_key, depth });
}
