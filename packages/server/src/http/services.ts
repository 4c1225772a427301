import type { RealtimeConfig, RealtimeProvider } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import type { Audience } from '../actor.ts';
import type { AgentCommands } from '../agent/agent.commands.ts';
import type { AgentQueries } from '../agent/agent.queries.ts';
import type { ColleaguesCommands } from '../agent/colleagues.commands.ts';
import type { AttachmentQueries } from '../attachment/attachment.queries.ts';
import type { FileCommands } from '../attachment/file.commands.ts';
import type { Forms } from '../attachment/form.http.ts';
import type { FileStorage } from '../attachment/storage.ts';
import type { AvailabilityCommands } from '../availability/availability.commands.ts';
import type { TurnCommands } from '../availability/turn.commands.ts';
import type { Greet } from '../broadcast/greet.ts';
import type { Feed } from '../broadcast/feed.ts';
import type { Config } from '../config/config.ts';
import type { App as RealtimeApp } from '../config/reverb.ts';
import type { Clock, Random } from '../context.ts';
import type { ConversationCommands } from '../conversation/conversation.commands.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import type { LabelCommands } from '../label/label.commands.ts';
import type { LabelQueries } from '../label/label.queries.ts';
import type { Managing } from '../managing.ts';
import type { TranscriptCommands } from '../mail/transcript.commands.ts';
import type { MentionCommands } from '../mention/mention.commands.ts';
import type { MentionQueries } from '../mention/mention.queries.ts';
import type { MessageCommands } from '../message/message.commands.ts';
import type { VisitorMessages } from '../message/visitor-message.commands.ts';
import type { LiveVisitorsCommands } from '../presence/live-visitors.commands.ts';
import type { LiveVisitorsQueries } from '../presence/live-visitors.queries.ts';
import type { ViewingCommands } from '../presence/viewing.commands.ts';
import type { TypingCommands } from '../presence/typing.commands.ts';
import type { SavedViewCommands } from '../saved-view/saved-view.commands.ts';
import type { SavedViewQueries } from '../saved-view/saved-view.queries.ts';
import type { DashboardSockets } from '../sakura/dashboard-sockets.ts';
import type { SearchQueries } from '../search/search.queries.ts';
import type { Notifications } from '../notification/notifications.ts';
import type { SiteCommands } from '../site/site.commands.ts';
import type { SiteQueries } from '../site/site.queries.ts';
import type { TeamQueries } from '../site/team.queries.ts';
import type { AgentTeamCommands } from '../team/team.commands.ts';
import type { AgentTeamQueries } from '../team/team.queries.ts';
import type { VisitorDetailsCommands } from '../visitor/details.commands.ts';
import type { VisitorDetailsQueries } from '../visitor/details.queries.ts';
import type { VisitorCommands } from '../visitor/visitor.commands.ts';
import type { SystemQueries } from '../system/system.queries.ts';
import type { Webhooks } from '../webhook/webhooks.ts';
import type { Identities } from './identity.ts';
import type { Logins } from './logins.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Builds } from './pages.ts';

/** What the routes stand on; `wiring.ts` makes it once. */
export interface Services {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly feed: Feed;
  readonly identities: Identities;
  readonly logins: Logins;
  readonly dashboardSockets: DashboardSockets;
  readonly limits: RequestLimits;
  readonly builds: Builds;
  readonly siteQueries: SiteQueries;
  readonly siteCommands: Pick<SiteCommands, 'patchSite' | 'renewIdentitySecret'>;
  readonly teamQueries: TeamQueries;
  readonly visitorCommands: VisitorCommands;
  readonly visitorDetailsQueries: VisitorDetailsQueries;
  readonly visitorDetailsCommands: VisitorDetailsCommands;
  readonly agentCommands: AgentCommands;
  readonly agentQueries: AgentQueries;
  readonly colleagues: ColleaguesCommands;
  readonly managing: Managing;
  readonly conversationCommands: ConversationCommands;
  readonly conversationQueries: ConversationQueries;
  readonly labelQueries: LabelQueries;
  readonly labelCommands: LabelCommands;
  readonly agentTeamQueries: AgentTeamQueries;
  readonly agentTeamCommands: AgentTeamCommands;
  readonly savedViewQueries: SavedViewQueries;
  readonly savedViewCommands: SavedViewCommands;
  readonly searchQueries: SearchQueries;
  readonly notifications: Notifications;
  readonly webhooks: Webhooks;
  readonly system: SystemQueries;
  readonly mentionQueries: MentionQueries;
  readonly mentionCommands: MentionCommands;
  readonly messageCommands: MessageCommands;
  readonly visitorMessages: VisitorMessages;
  readonly attachmentQueries: AttachmentQueries;
  readonly fileCommands: FileCommands;
  readonly forms: Forms;
  readonly storage: FileStorage;
  /** What the addresses are signed with to which our mails are answered. */
  readonly replyKeys: () => readonly string[];
  /** What signed addresses of files are checked with, now. */
  readonly fileLinks: () => { readonly fileKeys: readonly string[]; readonly now_ms: number };
  readonly typing: TypingCommands;
  readonly viewing: ViewingCommands;
  readonly availability: AvailabilityCommands;
  readonly turnCommands: TurnCommands;
  readonly liveVisitors: LiveVisitorsCommands;
  readonly liveVisitorsQueries: LiveVisitorsQueries;
  /** Whose signature each provider expects; absent where the provider is not enabled. */
  readonly channelApps: ReadonlyMap<'pusher' | 'reverb', RealtimeApp>;
  /** Whether this server was told how to send mail. */
  readonly sendsMail: boolean;
  readonly transcriptCommands: TranscriptCommands;
  /** What a channel's new follower is told of its head. */
  readonly greet: Greet;
  /** Providers to which publishing fails at the moment (RT-8). */
  readonly degraded: () => readonly RealtimeProvider[];
  /** What the page behind a request is told of the ways to receive events. */
  readonly realtimeConfig: (request: FastifyRequest, audience: Audience) => RealtimeConfig;
  /** Rejects where the database does not answer. */
  readonly ping: () => Promise<void>;
}
