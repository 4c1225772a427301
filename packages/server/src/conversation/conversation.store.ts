import { Priority, type ConversationCategory, type ConversationStatus } from '@parley/protocol';
import { sql as raw, type Selectable } from 'kysely';
import { lock, prepared } from '../database/sql.ts';
import type { Sql } from '../database/database.ts';
import type { ConversationTable } from '../database/tables/conversations.ts';
import type { ConversationState } from './conversation.ts';

/** Stored by their places, so that they can be compared. */
const PRIORITIES = Priority.options;

type ConversationRow = Selectable<ConversationTable>;
type ConversationColumns = Omit<ConversationRow, 'id'>;

/** As a literal, or neither planner would use the index of the unresolved ones. */
export const RESOLVED = raw.lit('resolved');
export const UNRESOLVED_FIRST = raw`case when ${raw.ref('c.status')} = 'resolved' then 1 else 0 end`;

/**
 * Where it was joined to another visitor while this waited for it, it is not found: PostgreSQL looks
 * at the conditions again once it has the row.
 */
export const lockOfVisitor = prepared(
  (sql, values: { site_id: number; visitor_id: number; id: number }) =>
    lock(
      sql,
      sql.db
        .selectFrom('conversations')
        .selectAll()
        .where('id', '=', values.id)
        .where('site_id', '=', values.site_id)
        .where('visitor_id', '=', values.visitor_id),
    ),
);

export const lockOfAgent = prepared((sql, values: { agent_id: number; id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('conversations')
      .selectAll()
      .where('id', '=', values.id)
      .where('site_id', 'in', ofAgent(sql, values.agent_id)),
  ),
);

/** For what happens by itself. */
export const lockOfSite = prepared((sql, values: { site_id: number; id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('conversations')
      .selectAll()
      .where('id', '=', values.id)
      .where('site_id', '=', values.site_id),
  ),
);

export const lockUnresolved = prepared((sql, values: { site_id: number; visitor_id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('conversations')
      .selectAll()
      .where('visitor_id', '=', values.visitor_id)
      .where('site_id', '=', values.site_id)
      .where('status', '!=', RESOLVED),
  ),
);

export const lockNewestResolved = prepared((sql, values: { site_id: number; visitor_id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('conversations')
      .selectAll()
      .where('visitor_id', '=', values.visitor_id)
      .where('site_id', '=', values.site_id)
      .where('status', '=', RESOLVED)
      .orderBy('resolved_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1),
  ),
);

/** In the order of their ids, as everybody locks several. */
export const lockAllOfVisitor = prepared((sql, values: { site_id: number; visitor_id: number }) =>
  lock(
    sql,
    sql.db
      .selectFrom('conversations')
      .selectAll()
      .where('visitor_id', '=', values.visitor_id)
      .where('site_id', '=', values.site_id)
      .orderBy('id'),
  ),
);

export const insertConversation = prepared((sql, values: ConversationColumns) =>
  sql.db
    .insertInto('conversations')
    .values({
      site_id: values.site_id,
      visitor_id: values.visitor_id,
      status: values.status,
      category: values.category,
      assignee_id: values.assignee_id,
      labels: values.labels,
      v_head: values.v_head,
      a_head: values.a_head,
      v_visitor_read: values.v_visitor_read,
      a_visitor_read: values.a_visitor_read,
      v_agent_read: values.v_agent_read,
      a_agent_read: values.a_agent_read,
      a_last_message: values.a_last_message,
      created_at: values.created_at,
      last_activity_at: values.last_activity_at,
      waiting_since: values.waiting_since,
      resolved_at: values.resolved_at,
    })
    .returning('id'),
);

export const updateConversation = prepared((sql, values: ConversationColumns & { id: number }) =>
  sql.db
    .updateTable('conversations')
    .set({
      visitor_id: values.visitor_id,
      status: values.status,
      category: values.category,
      assignee_id: values.assignee_id,
      labels: values.labels,
      v_head: values.v_head,
      a_head: values.a_head,
      v_visitor_read: values.v_visitor_read,
      a_visitor_read: values.a_visitor_read,
      v_agent_read: values.v_agent_read,
      a_agent_read: values.a_agent_read,
      a_last_message: values.a_last_message,
      last_activity_at: values.last_activity_at,
      waiting_since: values.waiting_since,
      resolved_at: values.resolved_at,
      rating: values.rating,
      rating_comment: values.rating_comment,
      rated_at: values.rated_at,
      priority: values.priority,
      snoozed_until: values.snoozed_until,
      team_id: values.team_id,
    })
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

export const countBegunSince = prepared(
  (sql, values: { site_id: number; since_ms: number; limit: number }) =>
    sql.db
      .selectFrom(
        sql.db
          .selectFrom('conversations')
          .select('id')
          .where('site_id', '=', values.site_id)
          .where('created_at', '>', values.since_ms)
          .limit(values.limit)
          .as('begun'),
      )
      .select(({ fn }) => fn.countAll<number>().as('count')),
);

/** After a message or a read mark: all that those change, and few indexes with it. */
export const advanceConversation = prepared((sql, values: ConversationColumns & { id: number }) =>
  sql.db
    .updateTable('conversations')
    .set({
      v_head: values.v_head,
      a_head: values.a_head,
      v_visitor_read: values.v_visitor_read,
      a_visitor_read: values.a_visitor_read,
      v_agent_read: values.v_agent_read,
      a_agent_read: values.a_agent_read,
      a_last_message: values.a_last_message,
      last_activity_at: values.last_activity_at,
      waiting_since: values.waiting_since,
    })
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

/** Only within the agent's sites: the look-up is the authorization. */
export function ofAgent(sql: Sql, agentId: number) {
  return sql.db
    .selectFrom('memberships')
    .select('memberships.site_id')
    .where('memberships.agent_id', '=', agentId);
}

export const selectRefOfVisitor = prepared(
  (sql, values: { site_id: number; visitor_id: number; id: number }) =>
    sql.db
      .selectFrom('conversations')
      .select(['id', 'site_id', 'visitor_id'])
      .where('id', '=', values.id)
      .where('site_id', '=', values.site_id)
      .where('visitor_id', '=', values.visitor_id),
);

export const selectRefOfAgent = prepared((sql, values: { agent_id: number; id: number }) =>
  sql.db
    .selectFrom('conversations')
    .select(['id', 'site_id', 'visitor_id'])
    .where('id', '=', values.id)
    .where('site_id', 'in', ofAgent(sql, values.agent_id)),
);

export const selectHeads = (sql: Sql, { ids }: { ids: readonly number[] }) =>
  sql.db
    .selectFrom('conversations')
    .select(['id', 'v_head', 'a_head'])
    .where('id', 'in', ids)
    .compile();

/** All that take their visitor's next message if they come first: in the order in which they do. */
export const selectCurrent = (
  sql: Sql,
  { visitorIds, now_ms }: { visitorIds: readonly number[]; now_ms: number },
) =>
  sql.db
    .selectFrom('conversations as c')
    .innerJoin('sites', 'sites.id', 'c.site_id')
    .select(['c.id', 'c.visitor_id'])
    .where('c.visitor_id', 'in', visitorIds)
    .where((is) =>
      is.or([
        is('c.status', '!=', RESOLVED),
        is(is('c.resolved_at', '+', is.ref('sites.reopen_window_ms')), '>=', now_ms),
      ]),
    )
    .orderBy(UNRESOLVED_FIRST)
    .orderBy('c.resolved_at', 'desc')
    .orderBy('c.id', 'desc')
    .compile();

export function conversationFromRow(row: ConversationRow): ConversationState {
  return {
    id: row.id,
    siteId: row.site_id,
    visitorId: row.visitor_id,
    status: row.status as ConversationStatus,
    category: row.category as ConversationCategory,
    assigneeId: row.assignee_id,
    labels: JSON.parse(row.labels) as string[],
    head: { visitor: row.v_head, agent: row.a_head },
    visitorRead: { visitor: row.v_visitor_read, agent: row.a_visitor_read },
    agentRead: { visitor: row.v_agent_read, agent: row.a_agent_read },
    lastMessage: row.a_last_message,
    createdAt_ms: row.created_at,
    lastActivityAt_ms: row.last_activity_at,
    waitingSince_ms: row.waiting_since,
    resolvedAt_ms: row.resolved_at,
    rating:
      row.rating === null
        ? null
        : { score: row.rating, comment: row.rating_comment, at_ms: row.rated_at ?? 0 },
    priority: PRIORITIES[row.priority] ?? 'none',
    snoozedUntil_ms: row.snoozed_until,
    teamId: row.team_id,
  };
}

export function conversationColumns(state: Omit<ConversationState, 'id'>): ConversationColumns {
  return {
    site_id: state.siteId,
    visitor_id: state.visitorId,
    status: state.status,
    category: state.category,
    assignee_id: state.assigneeId,
    labels: JSON.stringify(state.labels),
    v_head: state.head.visitor,
    a_head: state.head.agent,
    v_visitor_read: state.visitorRead.visitor,
    a_visitor_read: state.visitorRead.agent,
    v_agent_read: state.agentRead.visitor,
    a_agent_read: state.agentRead.agent,
    a_last_message: state.lastMessage,
    created_at: state.createdAt_ms,
    last_activity_at: state.lastActivityAt_ms,
    waiting_since: state.waitingSince_ms,
    resolved_at: state.resolvedAt_ms,
    rating: state.rating?.score ?? null,
    rating_comment: state.rating?.comment ?? null,
    rated_at: state.rating?.at_ms ?? null,
    priority: PRIORITIES.indexOf(state.priority),
    snoozed_until: state.snoozedUntil_ms,
    team_id: state.teamId,
  };
}
