import type { Context } from '../context.ts';
import { selectNextDue, selectNextUnlocked } from './job.store.ts';

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
