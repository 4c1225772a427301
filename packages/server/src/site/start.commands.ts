import { run, type Sql } from '../database/database.ts';
import { upsertSetting } from './site.store.ts';

/**
 * Within a transaction: nodes that start at the same time go on one after another from here, so that
 * what "the first start makes" is made once.
 */
export function* oneNodeAtATime(sql: Sql, now_ms: number) {
  yield* run(upsertSetting(sql, { key: 'last_start', value: '', updated_at: now_ms }));
}
