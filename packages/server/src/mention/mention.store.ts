import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { MentionTable } from '../database/tables/conversations.ts';

export const insertMentions = (sql: Sql, rows: readonly MentionTable[]) =>
  sql.db
    .insertInto('mentions')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .compile();

export const removeMentionsOfMessage = prepared((sql, values: { message_id: number }) =>
  sql.db.deleteFrom('mentions').where('message_id', '=', values.message_id),
);

export const removeMentionsOfAgent = prepared(
  (sql, values: { agent_id: number; conversation_id: number }) =>
    sql.db
      .deleteFrom('mentions')
      .where('agent_id', '=', values.agent_id)
      .where('conversation_id', '=', values.conversation_id),
);

/** In its sites of now, the newest first. */
export const selectMentioned = prepared((sql, values: { agent_id: number; limit: number }) =>
  sql.db
    .selectFrom('mentions')
    .innerJoin('conversations as c', 'c.id', 'mentions.conversation_id')
    .innerJoin('memberships', (join) =>
      join
        .onRef('memberships.site_id', '=', 'c.site_id')
        .onRef('memberships.agent_id', '=', 'mentions.agent_id'),
    )
    .select((of) => ['mentions.conversation_id', of.fn.max('mentions.message_id').as('newest')])
    .where('mentions.agent_id', '=', values.agent_id)
    .groupBy('mentions.conversation_id')
    .orderBy('newest', 'desc')
    .limit(values.limit),
);
