import type { Context } from '../context.ts';
import { selectNextDue } from './job.store.ts';

/** When there will be something to take, in Unix milliseconds; null: nothing waits. */
export async function nextDue_ms({ database }: Pick<Context, 'database'>): Promise<number | null> {
  const [row] = await database.query(selectNextDue(database.sql, {}));
  return row === undefined ? null : Math.max(row.run_at, row.locked_until ?? 0);
}
