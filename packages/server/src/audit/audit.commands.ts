import { run, type Sql } from '../database/database.ts';
import { type By, type Deed, TARGET_CHARS } from './audit.ts';
import { insertAudit } from './audit.store.ts';

/** Part of the transaction that does the deed: what was done is written down, or was not done. */
export function* record(sql: Sql, by: By, deed: Deed) {
  yield* run(
    insertAudit(sql, {
      site_id: deed.siteId,
      agent_id: by.agentId,
      agent_name: by.name,
      action: deed.action,
      target: deed.target.slice(0, TARGET_CHARS).toWellFormed(),
      address: by.address,
      created_at: by.at_ms,
    }),
  );
}
