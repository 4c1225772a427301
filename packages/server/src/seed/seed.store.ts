import type { Insertable } from 'kysely';
import type { Sql } from '../database/database.ts';
import type { AgentTable, TeamTable } from '../database/tables/agents.ts';
import type {
  ConversationTable,
  MessageTable,
  VisitorTable,
} from '../database/tables/conversations.ts';
import type { LabelTable } from '../database/tables/sites.ts';

// Many rows at once; ids are given out in their order by both databases.

export const insertAgents = (sql: Sql, rows: Insertable<AgentTable>[]) =>
  sql.db.insertInto('agents').values(rows).returning('id').compile();

export const insertMemberships = (sql: Sql, siteId: number, agentIds: number[], now_ms: number) =>
  sql.db
    .insertInto('memberships')
    .values(
      agentIds.map((agent_id) => ({
        site_id: siteId,
        agent_id,
        role: 'agent',
        created_at: now_ms,
      })),
    )
    .compile();

export const insertTeams = (sql: Sql, rows: Insertable<TeamTable>[]) =>
  sql.db
    .insertInto('teams')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .compile();

export const insertTeamMembers = (sql: Sql, rows: { team_id: number; agent_id: number }[]) =>
  sql.db.insertInto('team_members').values(rows).compile();

export const insertLabels = (sql: Sql, rows: Insertable<LabelTable>[]) =>
  sql.db
    .insertInto('labels')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .compile();

export const insertVisitors = (sql: Sql, rows: Insertable<VisitorTable>[]) =>
  sql.db.insertInto('visitors').values(rows).returning('id').compile();

export const insertConversations = (sql: Sql, rows: Insertable<ConversationTable>[]) =>
  sql.db.insertInto('conversations').values(rows).returning('id').compile();

export const insertMessages = (sql: Sql, rows: Insertable<MessageTable>[]) =>
  sql.db.insertInto('messages').values(rows).returning('id').compile();

export const selectAnyConversation = (sql: Sql) =>
  sql.db.selectFrom('conversations').select('id').limit(1).compile();
