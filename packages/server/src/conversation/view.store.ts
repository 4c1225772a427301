import type { SenderType } from '@parley/protocol';
import { sql as raw } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import { parseAttributes } from '../visitor/visitor.ts';
import type { ConversationState } from './conversation.ts';
import { conversationFromRow, ofAgent, RESOLVED, UNRESOLVED_FIRST } from './conversation.store.ts';
import type { ConversationView, LastFile, LastMessage, Surroundings } from './view.ts';

/** What stands around conversations in other rows: who takes part, and what they have not read. */
function selectSurroundings(sql: Sql) {
  return sql.db
    .selectFrom('conversations as c')
    .innerJoin('visitors as v', 'v.id', 'c.visitor_id')
    .leftJoin('agents as a', 'a.id', 'c.assignee_id')
    .leftJoin('teams as t', 't.id', 'c.team_id')
    .select([
      'v.name as visitor_name',
      'v.email as visitor_email',
      'v.identity as visitor_identity',
      'v.attributes as visitor_attributes',
      'v.blocked_at as visitor_blocked_at',
      'a.name as assignee_name',
      't.name as team_name',
    ])
    .select((of) => {
      const unread = of
        .selectFrom('messages as u')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('u.conversation_id', '=', 'c.id')
        .where('u.deleted_at', 'is', null)
        .where('u.private', '=', raw.lit(0));
      return [
        unread
          .whereRef('u.a_seq', '>', 'c.a_visitor_read')
          .where('u.sender_type', 'in', [raw.lit('agent'), raw.lit('bot')])
          .as('unread_visitor'),
        unread
          .whereRef('u.a_seq', '>', 'c.a_agent_read')
          .where('u.sender_type', '=', raw.lit('visitor'))
          .as('unread_agent'),
      ];
    });
}

/** Of one whose own row is known. */
export const selectSurrounding = prepared((sql, values: { site_id: number; id: number }) =>
  selectSurroundings(sql).where('c.id', '=', values.id).where('c.site_id', '=', values.site_id),
);

/**
 * All that a visitor's next message needs of the one that is not resolved: it, what stands around it,
 * and whether the message came before.
 */
export const selectForMessage = prepared(
  (sql, values: { site_id: number; visitor_id: number; client_message_id: string }) =>
    selectSurroundings(sql)
      .selectAll('c')
      .select((of) =>
        of
          .selectFrom('messages as r')
          .select('r.id')
          .where('r.site_id', '=', values.site_id)
          .where('r.sender_type', '=', raw.lit('visitor'))
          .where('r.sender_id', '=', values.visitor_id)
          .where('r.client_message_id', '=', values.client_message_id)
          .as('repeated_id'),
      )
      .where('c.visitor_id', '=', values.visitor_id)
      .where('c.site_id', '=', values.site_id)
      .where('c.status', '!=', RESOLVED),
);

/** Conversations with all that their readers see, of whoever is asked for in WHERE. */
export function selectViews(sql: Sql) {
  return selectSurroundings(sql)
    .leftJoin('messages as m', (join) =>
      join.onRef('m.conversation_id', '=', 'c.id').onRef('m.a_seq', '=', 'c.a_last_message'),
    )
    .selectAll('c')
    .select([
      'm.id as last_id',
      'm.sender_type as last_sender_type',
      'm.sender_name as last_sender_name',
      'm.text as last_text',
      'm.private as last_private',
      'm.created_at as last_created_at',
    ])
    .select((of) =>
      // Looked for only where there is no text to show: most messages have no file, and pay nothing.
      of
        .case()
        .when('m.text', '=', raw.lit(''))
        .then(
          of
            .selectFrom('attachments as f')
            .select(raw<string>`f.kind || '/' || f.name`.as('file'))
            .whereRef('f.message_id', '=', 'm.id')
            .orderBy('f.position')
            .limit(1),
        )
        .end()
        .as('last_file'),
    );
}

export const selectView = prepared((sql, values: { site_id: number; id: number }) =>
  selectViews(sql).where('c.id', '=', values.id).where('c.site_id', '=', values.site_id),
);

export const selectViewOfVisitor = prepared(
  (sql, values: { site_id: number; visitor_id: number; id: number }) =>
    selectViews(sql)
      .where('c.id', '=', values.id)
      .where('c.site_id', '=', values.site_id)
      .where('c.visitor_id', '=', values.visitor_id),
);

export const selectViewOfAgent = prepared((sql, values: { agent_id: number; id: number }) =>
  selectViews(sql)
    .where('c.id', '=', values.id)
    .where('c.site_id', 'in', ofAgent(sql, values.agent_id)),
);

/** The newest first, the unresolved one before all others. */
export const selectCurrentViews = prepared((sql, values: { site_id: number; visitor_id: number }) =>
  selectViews(sql)
    .innerJoin('sites', 'sites.id', 'c.site_id')
    .select('sites.reopen_window_ms')
    .where('c.site_id', '=', values.site_id)
    .where('c.visitor_id', '=', values.visitor_id)
    .orderBy(UNRESOLVED_FIRST)
    .orderBy('c.resolved_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(1),
);

export type ViewRow = Awaited<
  ReturnType<ReturnType<typeof selectViews>['executeTakeFirstOrThrow']>
>;

export type SurroundingRow = Awaited<
  ReturnType<ReturnType<typeof selectSurroundings>['executeTakeFirstOrThrow']>
>;

export function viewFromRow(row: ViewRow): ConversationView {
  const lastMessage: LastMessage | null =
    row.last_id === null
      ? null
      : {
          id: row.last_id,
          senderType: row.last_sender_type as SenderType,
          senderName: row.last_sender_name,
          text: row.last_text ?? '',
          file: fileFrom(row.last_file),
          private: row.last_private === 1,
          createdAt_ms: row.last_created_at ?? 0,
        };
  const state = conversationFromRow(row);
  return { state, ...surroundingsOf(state, row), lastMessage };
}

export function surroundingsOf(
  { visitorId, assigneeId, teamId }: ConversationState,
  row: SurroundingRow,
): Surroundings {
  return {
    visitor: {
      id: visitorId,
      name: row.visitor_name,
      email: row.visitor_email,
      verified: row.visitor_identity !== null,
    },
    attributes: parseAttributes(row.visitor_attributes),
    blocked: row.visitor_blocked_at !== null,
    assignee:
      assigneeId === null || row.assignee_name === null
        ? null
        : { id: assigneeId, name: row.assignee_name },
    team: teamId === null || row.team_name === null ? null : { id: teamId, name: row.team_name },
    unread: { visitor: row.unread_visitor ?? 0, agent: row.unread_agent ?? 0 },
  };
}

/** A name may hold the sign between them, a kind never does. */
function fileFrom(text: string | null): LastFile | null {
  const [, kind, name] = /^(\w+)\/(.*)$/s.exec(text ?? '') ?? [];
  return kind === undefined || name === undefined ? null : { kind: kind as LastFile['kind'], name };
}
