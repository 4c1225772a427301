import { LIMITS, type LiveVisitor, type LiveVisitorsAnswer } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import type { LiveVisitorsCommands } from './live-visitors.commands.ts';
import { selectUnresolvedOf } from './live-visitors.store.ts';
import type { Present } from './live-visitors.ts';

export interface LiveVisitorsQueries {
  /** Who is on a page of the agent's sites, where these show it. */
  liveVisitors(agent: AgentActor): Promise<Omit<LiveVisitorsAnswer, 'success'>>;
}

export function createLiveVisitorsQueries(
  { database }: Pick<Context, 'database'>,
  siteQueries: Pick<SiteQueries, 'findSite'>,
  live: Pick<LiveVisitorsCommands, 'watch'>,
): LiveVisitorsQueries {
  const { sql } = database;
  return {
    async liveVisitors({ siteIds }) {
      const found = await Promise.all(siteIds.map((id) => siteQueries.findSite(id)));
      const sites = found
        .filter((site) => site !== null)
        .map(({ id, settings }) => ({ id, live_visitors: settings.live_visitors }));
      const shown = sites.filter(({ live_visitors }) => live_visitors).map(({ id }) => id);
      const present = live.watch(shown);
      const page = present.slice(0, LIMITS.liveVisitorsPage);
      const visitorIds = page.map(({ visitor }) => visitor.id);
      const rows =
        page.length === 0
          ? []
          : await database.query(selectUnresolvedOf(sql, { siteIds: shown, visitorIds }));
      const conversations = new Map(rows.map(({ id, visitor_id }) => [visitor_id, id]));
      const visitors = page.map((one) =>
        presentLive(one, conversations.get(one.visitor.id) ?? null),
      );
      return { visitors, total: present.length, sites };
    },
  };
}

function presentLive(present: Present, conversation_id: number | null): LiveVisitor {
  const { siteId, visitor, page, referrer, arrived_ms, since_ms, pages } = present;
  const { url, title } = page;
  return {
    site_id: siteId,
    visitor,
    page: {
      url,
      ...(title !== undefined && { title }),
      ...(referrer !== null && { referrer }),
    },
    since: Math.floor(since_ms / 1_000),
    arrived: Math.floor(arrived_ms / 1_000),
    pages,
    conversation_id,
  };
}
