import type { Insertable, Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { lock, prepared } from '../database/sql.ts';
import type { CannedReplyTable } from '../database/tables/sites.ts';

export type CannedRow = Selectable<CannedReplyTable>;

/** Of these sites: everybody's, and the agent's own. */
export const selectReplies = (
  sql: Sql,
  { siteIds, agentId, limit }: { siteIds: readonly number[]; agentId: number; limit: number },
) =>
  sql.db
    .selectFrom('canned_replies')
    .selectAll()
    .where('site_id', 'in', siteIds)
    .where((of) => of.or([of('agent_id', 'is', null), of('agent_id', '=', agentId)]))
    .orderBy('shortcut_key')
    .orderBy('id')
    .limit(limit)
    .compile();

export const lockReply = prepared((sql, values: { id: number }) =>
  lock(sql, sql.db.selectFrom('canned_replies').selectAll().where('id', '=', values.id)),
);

export const selectSameShortcut = prepared(
  (sql, values: { site_id: number; shortcut_key: string }) =>
    sql.db
      .selectFrom('canned_replies')
      .select(['id', 'agent_id'])
      .where('site_id', '=', values.site_id)
      .where('shortcut_key', '=', values.shortcut_key),
);

export const countReplies = prepared((sql, values: { site_id: number }) =>
  sql.db
    .selectFrom('canned_replies')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('site_id', '=', values.site_id),
);

export const insertReply = prepared((sql, values: Omit<Insertable<CannedReplyTable>, 'id'>) =>
  sql.db
    .insertInto('canned_replies')
    .values({
      site_id: values.site_id,
      agent_id: values.agent_id,
      shortcut: values.shortcut,
      shortcut_key: values.shortcut_key,
      text: values.text,
      created_at: values.created_at,
    })
    // Two at once: the later one is told, as everybody is.
    .onConflict((conflict) => conflict.doNothing())
    .returningAll(),
);

export const updateReply = prepared(
  (sql, values: { id: number; shortcut: string; shortcut_key: string; text: string }) =>
    sql.db
      .updateTable('canned_replies')
      .set({ shortcut: values.shortcut, shortcut_key: values.shortcut_key, text: values.text })
      .where('id', '=', values.id)
      .returningAll(),
);

export const removeReply = prepared((sql, values: { id: number }) =>
  sql.db.deleteFrom('canned_replies').where('id', '=', values.id),
);
