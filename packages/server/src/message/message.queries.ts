import { LIMITS, type Message } from '@parley/protocol';
import type { Audience } from '../actor.ts';
import { attachmentsOf } from '../attachment/attachment.queries.ts';
import type { FileLinks } from '../attachment/file-link.ts';
import type { Places } from '../conversation/conversation.ts';
import { all, first, type Sql } from '../database/database.ts';
import { presentMessage } from './message.ts';
import {
  messageFromRow,
  selectBefore,
  selectChanged,
  selectNewestCovered,
} from './message.store.ts';

/** As the protocol's MessagesQuery, without the waiting. */
export interface PageOfMessages {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Of a conversation that the reader may see. Part of the snapshot that read its `head`. */
export function* pageOfMessages(
  sql: Sql,
  of: {
    siteId: number;
    conversationId: number;
    audience: Audience;
    head: number;
    links: FileLinks;
  },
  page: PageOfMessages,
) {
  const {
    after,
    before,
    limit = after === undefined ? LIMITS.historyPage : LIMITS.historyPageMax,
  } = page;
  const rows_max = Math.min(limit, LIMITS.historyPageMax);
  return after === undefined
    ? yield* history(sql, of, before, rows_max)
    : yield* delta(sql, of, after, rows_max);
}

type Of = Parameters<typeof pageOfMessages>[1];

/**
 * What changed after a cursor, by place of the change. Where no message is left the cursor is the
 * head: marks and status ride on the conversation, which the same snapshot gives.
 */
function* delta(sql: Sql, of: Of, after: number, limit: number) {
  const rows = yield* all(
    selectChanged[of.audience](sql, { ...keys(of), after, limit: limit + 1 }),
  );
  const messages = yield* present(sql, rows.slice(0, limit), of);
  const has_more = rows.length > limit;
  const last = messages.at(-1);
  return { messages, has_more, cursor: has_more && last ? last.changed_seq : of.head };
}

/** The newest, or what is older than a place; oldest first. */
function* history(sql: Sql, of: Of, before: number | undefined, limit: number) {
  const rows = yield* all(
    selectBefore[of.audience](sql, {
      ...keys(of),
      before: before ?? Number.MAX_SAFE_INTEGER,
      limit: limit + 1,
    }),
  );
  const messages = yield* present(sql, rows.slice(0, limit).reverse(), of);
  return { messages, has_more: rows.length > limit, cursor: of.head };
}

/** The newest message of the other side at or below a place in the reader's stream. */
export function* newestCovered(
  sql: Sql,
  of: { siteId: number; conversationId: number; reader: Audience },
  upTo: number,
) {
  const row = yield* first(selectNewestCovered[of.reader](sql, { ...keys(of), up_to: upTo }));
  if (row === undefined || row.v_seq === null) return null;
  return { visitor: row.v_seq, agent: row.a_seq } satisfies Places;
}

function keys(of: { siteId: number; conversationId: number }) {
  return { site_id: of.siteId, conversation_id: of.conversationId };
}

function* present(
  sql: Sql,
  rows: readonly Parameters<typeof messageFromRow>[0][],
  { siteId, audience, links }: Of,
) {
  const ids = rows.map(({ id }) => id);
  const files = yield* attachmentsOf(sql, siteId, ids, links);
  return rows.flatMap(
    (row): Message[] | Message =>
      presentMessage(messageFromRow(row, files.get(row.id) ?? []), audience) ?? [],
  );
}
