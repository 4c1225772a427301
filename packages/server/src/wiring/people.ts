import { createAgentCommands } from '../agent/agent.commands.ts';
import { createAgentQueries } from '../agent/agent.queries.ts';
import { createColleagues } from '../agent/colleagues.commands.ts';
import { createTurnCommands } from '../availability/turn.commands.ts';
import { Identities } from '../http/identity.ts';
import { Logins } from '../http/logins.ts';
import type { Services } from '../http/services.ts';
import { createPresence } from '../presence.ts';
import { createLiveVisitorsQueries } from '../presence/live-visitors.queries.ts';
import { DashboardSockets } from '../sakura/dashboard-sockets.ts';
import { createSakuraQueries } from '../sakura/sakura.queries.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import { createTeamQueries } from '../site/team.queries.ts';
import { createAgentTeamCommands } from '../team/team.commands.ts';
import { createAgentTeamQueries } from '../team/team.queries.ts';
import { createVisitorDetailsCommands } from '../visitor/details.commands.ts';
import { createVisitorDetailsQueries } from '../visitor/details.queries.ts';
import { createVisitorCommands } from '../visitor/visitor.commands.ts';
import { createVisitorQueries, type VisitorQueries } from '../visitor/visitor.queries.ts';
import type { Parts } from './parts.ts';

type People = Pick<
  Services,
  | 'agentCommands'
  | 'agentQueries'
  | 'agentTeamCommands'
  | 'agentTeamQueries'
  | 'availability'
  | 'colleagues'
  | 'dashboardSockets'
  | 'identities'
  | 'liveVisitors'
  | 'liveVisitorsQueries'
  | 'logins'
  | 'teamQueries'
  | 'turnCommands'
  | 'viewing'
  | 'visitorCommands'
  | 'visitorDetailsCommands'
  | 'visitorDetailsQueries'
> & { readonly visitorQueries: VisitorQueries };

/** Agents and visitors: who they are, what they may see, and who is there now. */
export function createPeople({ options, context, ways }: Parts, siteQueries: SiteQueries): People {
  const { clock, logger } = options;
  const { database, broadcast } = context;
  const { feed, tell } = ways;
  const { own, remotes } = ways.providers;
  const visitorQueries = createVisitorQueries(context);
  const agentQueries = createAgentQueries(context);
  const agentCommands = createAgentCommands(context);
  const identities = new Identities({
    sites: siteQueries,
    visitors: visitorQueries,
    agents: agentQueries,
    sessions: agentCommands,
    clock,
  });
  const queries = createSakuraQueries(context);
  const dashboardSockets = new DashboardSockets({ feed, queries, identities, clock, logger });
  const presence = createPresence({
    broadcast,
    own,
    identities,
    tell,
    socketsElsewhere: remotes.size > 0,
    database,
    clock,
    logger,
  });
  const colleagues = createColleagues({ database, broadcast, logger });
  return {
    agentCommands,
    agentQueries,
    agentTeamCommands: createAgentTeamCommands(context),
    agentTeamQueries: createAgentTeamQueries(context),
    dashboardSockets,
    identities,
    logins: new Logins({
      identities,
      feed,
      own,
      dashboards: dashboardSockets,
      colleagues,
      tell,
      logger,
    }),
    colleagues,
    teamQueries: createTeamQueries(context),
    ...presence,
    liveVisitorsQueries: createLiveVisitorsQueries(context, siteQueries, presence.liveVisitors),
    turnCommands: createTurnCommands(context, () => presence.availability.connected()),
    visitorCommands: createVisitorCommands(context),
    visitorDetailsCommands: createVisitorDetailsCommands(context),
    visitorDetailsQueries: createVisitorDetailsQueries(context),
    visitorQueries,
  };
}
