import { run, type Sql } from '../database/database.ts';
import { type By, type Deed, TARGET_CHARS } from './audit.ts';
import { insertAudit } from './audit.store.ts';

/** Part of the transaction that does the deed: what was done is written down, or was not done. */
export function* record(sql: Sql, by: By, deed: Deed) {
  yield* write(sql, by, deed);
}

/**
 * As {@link record}, of what the server did by itself.
 * @param agentId who is to read it where it is done in no site
 */
export function* recordOfServer(
  sql: Sql,
  deed: Deed,
  { agentId, at_ms }: { agentId: number | null; at_ms: number },
) {
  yield* write(sql, { agentId, name: 'Parley', address: '', at_ms }, deed);
}

function* write(
  sql: Sql,
  by: Omit<By, 'agentId'> & { readonly agentId: number | null },
  deed: Deed,
) {
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
