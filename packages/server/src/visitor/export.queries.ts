import { formatDateTime, LIMITS } from '@parley/protocol';
import type { VisitorActor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import { selectConsentTextOf } from '../site/site.queries.ts';
import { selectPages, selectVisitorById } from './details.store.ts';
import { parseAttributes } from './visitor.ts';
import { agreementFromRow, selectVisitor, type VisitorRow } from './visitor.store.ts';

export interface ExportQueries {
  /** Null where there is no such visitor. */
  siteOf(visitorId: number): Promise<number | null>;
  /**
   * JSON text, in pieces: what is known of the visitor, and its conversations as the visitor sees them,
   * without notes. Read while it is sent: it may be longer than memory. Null where there is none.
   */
  exportOf(visitor: VisitorActor): Promise<AsyncGenerator<string> | null>;
}

/** Messages that are read at once. */
const PAGE = 200;

export function createExportQueries(
  { database }: Pick<Context, 'database'>,
  conversations: Pick<ConversationQueries, 'idsOfVisitor' | 'messagesOfVisitor'>,
): ExportQueries {
  const { sql } = database;

  async function* conversation(visitor: VisitorActor, id: number): AsyncGenerator<string> {
    let after = 0;
    for (let isFirst = true; ; isFirst = false) {
      const page = await conversations.messagesOfVisitor(visitor, id, { after, limit: PAGE });
      // Erased meanwhile: what was begun is closed, so that it still is JSON.
      if (page === null) {
        yield isFirst ? 'null' : ']}';
        return;
      }
      if (isFirst) yield `${JSON.stringify(page.conversation).slice(0, -1)},"messages":[`;
      for (const [index, message] of page.messages.entries()) {
        yield `${isFirst && index === 0 ? '' : ','}${JSON.stringify(message)}`;
      }
      if (!page.has_more) break;
      after = page.cursor;
    }
    yield ']}';
  }

  async function* whole(visitor: VisitorActor, row: VisitorRow): AsyncGenerator<string> {
    const seen = { visitor_id: row.id, limit: LIMITS.visitorPages };
    const pages = (await database.query(selectPages(sql, seen))).map(({ url, title, seen_at }) => ({
      url,
      title,
      seen_at: formatDateTime(seen_at),
    }));
    const consent = await agreedTo(row);
    yield `{"visitor":${JSON.stringify({ ...described(row), consent, pages })},"conversations":[`;
    const ids = await conversations.idsOfVisitor(visitor);
    for (const [index, id] of ids.entries()) {
      if (index > 0) yield ',';
      yield* conversation(visitor, id);
    }
    yield ']}';
  }

  /** With the words that the visitor was shown. */
  async function agreedTo(row: VisitorRow) {
    const agreement = agreementFromRow(row);
    if (agreement === null) return null;
    const { version, at_ms } = agreement;
    const [shown] = await database.query(selectConsentTextOf(sql, row.site_id, version));
    const words = shown === undefined ? {} : (JSON.parse(shown.content) as object);
    return { version, agreed_at: formatDateTime(at_ms), ...words };
  }

  return {
    siteOf: async (id) => {
      const [row] = await database.query(selectVisitorById(sql, { id }));
      return row?.site_id ?? null;
    },
    exportOf: async (visitor) => {
      const { siteId, visitorId } = visitor;
      const [row] = await database.query(selectVisitor(sql, { site_id: siteId, id: visitorId }));
      return row === undefined ? null : whole(visitor, row);
    },
  };
}

function described(row: VisitorRow) {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    email_verified: row.email_verified === 1,
    identity: row.identity,
    locale: row.locale,
    time_zone: row.time_zone,
    user_agent: row.user_agent,
    blocked: row.blocked_at !== null,
    page: row.page === null ? null : (JSON.parse(row.page) as unknown),
    attributes: parseAttributes(row.attributes),
    created_at: formatDateTime(row.created_at),
    last_seen_at: formatDateTime(row.last_seen_at),
  };
}
