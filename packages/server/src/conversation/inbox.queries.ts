import { LIMITS, type InboxAnswer, type InboxQuery } from '@parley/protocol';
import { all, type Sql } from '../database/database.ts';
import { containsExactly, containsText } from '../database/text-search.ts';
import { ofAgent, selectViews, viewFromRow } from './conversation.store.ts';
import { presentEntry } from './view.ts';

/** A page of the agent's inbox, latest activity first. A transaction. */
export function* inboxPage(sql: Sql, { agentId, query }: { agentId: number; query: InboxQuery }) {
  const limit = Math.min(query.limit ?? LIMITS.inboxPage, LIMITS.inboxPageMax);
  const rows = yield* all(
    filtered(sql, agentId, query)
      .limit(limit + 1)
      .compile(),
  );
  const views = rows.slice(0, limit).map((row) => viewFromRow(row));
  const last = views.at(-1)?.state;
  return {
    conversations: views.map((view) => presentEntry(view)),
    next_cursor:
      rows.length > limit && last !== undefined ? `${last.lastActivityAt_ms}.${last.id}` : null,
  } satisfies Omit<InboxAnswer, 'success'>;
}

function filtered(sql: Sql, agentId: number, query: InboxQuery) {
  let rows = selectViews(sql).where('c.site_id', 'in', ofAgent(sql, agentId));
  if (query.site !== undefined) rows = rows.where('c.site_id', '=', query.site);
  if (query.status !== undefined) rows = rows.where('c.status', '=', query.status);
  if (query.category !== undefined) rows = rows.where('c.category', '=', query.category);
  if (query.team === 'none') rows = rows.where('c.team_id', 'is', null);
  else if (query.team !== undefined) rows = rows.where('c.team_id', '=', Number(query.team));
  if (query.mentioned !== undefined) {
    rows = rows.where((where) =>
      where.exists(
        where
          .selectFrom('mentions')
          .select('mentions.message_id')
          .where('mentions.agent_id', '=', agentId)
          .whereRef('mentions.conversation_id', '=', 'c.id'),
      ),
    );
  }
  if (query.assignee === 'none') rows = rows.where('c.assignee_id', 'is', null);
  else if (query.assignee !== undefined) {
    const id = query.assignee === 'me' ? agentId : Number(query.assignee);
    rows = rows.where('c.assignee_id', '=', id);
  }
  if (query.label !== undefined) {
    rows = rows.where(containsExactly(sql, 'c.labels', JSON.stringify(query.label)));
  }
  if (query.q !== undefined) {
    const text = query.q.trim();
    rows = rows.where((where) =>
      where.or([
        containsText(sql, 'v.name', text),
        containsText(sql, 'v.email', text),
        where.exists(
          where
            .selectFrom('messages as s')
            .select('s.id')
            .whereRef('s.conversation_id', '=', 'c.id')
            .where(containsText(sql, 's.text', text)),
        ),
      ]),
    );
  }
  const after = parseCursor(query.cursor);
  if (after !== null) {
    rows = rows.where((where) =>
      where.or([
        where('c.last_activity_at', '<', after.lastActivityAt_ms),
        where.and([
          where('c.last_activity_at', '=', after.lastActivityAt_ms),
          where('c.id', '<', after.id),
        ]),
      ]),
    );
  }
  return rows.orderBy('c.last_activity_at', 'desc').orderBy('c.id', 'desc');
}

/** The place after which the next page begins; null: the first page. */
function parseCursor(cursor: string | undefined) {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor ?? '');
  return match === null ? null : { lastActivityAt_ms: Number(match[1]), id: Number(match[2]) };
}
