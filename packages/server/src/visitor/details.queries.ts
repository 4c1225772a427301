import { LIMITS, type Page, type VisitorDetails } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { latestOfVisitor } from '../conversation/conversation.queries.ts';
import { seconds } from '../conversation/view.ts';
import { first, together, type Sql } from '../database/database.ts';
import { selectNotes, selectPages, selectVisitorById } from './details.store.ts';
import { parseAttributes, presentVisitor } from './visitor.ts';
import { agreementFromRow, profileFromRow } from './visitor.store.ts';

export interface VisitorDetailsQueries {
  /** Null: there is none in the agent's sites. */
  detailsOf(agent: AgentActor, visitorId: number): Promise<VisitorDetails | null>;
}

/** Earlier conversations that are named; the inbox finds the others. */
const CONVERSATIONS_MAX = 20;

export function createVisitorDetailsQueries({
  database,
}: Pick<Context, 'database'>): VisitorDetailsQueries {
  return {
    detailsOf: ({ siteIds }, visitorId) =>
      database.snapshot(readDetails, { siteIds: [...siteIds], visitorId }),
  };
}

function* readDetails(
  sql: Sql,
  { siteIds, visitorId }: { siteIds: readonly number[]; visitorId: number },
) {
  const row = yield* first(selectVisitorById(sql, { id: visitorId }));
  if (row === undefined || !siteIds.includes(row.site_id)) return null;
  const agreement = agreementFromRow(row);
  const [pages, notes] = yield* together(
    selectPages(sql, { visitor_id: visitorId, limit: LIMITS.visitorPages }),
    selectNotes(sql, { visitor_id: visitorId, limit: LIMITS.visitorNotes }),
  );
  const of = { site_id: row.site_id, visitor_id: visitorId, limit: CONVERSATIONS_MAX };
  const conversations = yield* latestOfVisitor(sql, of);
  return {
    ...presentVisitor(profileFromRow(row)),
    site_id: row.site_id,
    locale: row.locale,
    time_zone: row.time_zone,
    user_agent: row.user_agent,
    referrer: parsePage(row.page)?.referrer ?? null,
    attributes: parseAttributes(row.attributes),
    first_seen: seconds(row.created_at),
    last_seen: seconds(row.last_seen_at),
    blocked: row.blocked_at !== null,
    consent:
      agreement === null
        ? null
        : { version: agreement.version, timestamp: seconds(agreement.at_ms) },
    pages: pages.map(({ url, title, seen_at }) => ({ url, title, timestamp: seconds(seen_at) })),
    conversations,
    notes: notes.map(({ id, agent_id, agent_name, text, created_at }) => ({
      id,
      agent_id,
      agent_name,
      text,
      timestamp: seconds(created_at),
    })),
  } satisfies VisitorDetails;
}

/** @param stored JSON text; null: none */
function parsePage(stored: string | null): Page | null {
  return stored === null ? null : (JSON.parse(stored) as Page);
}
