import { registerAgentRoutes } from '../agent/agent.http.ts';
import { registerMemberRoutes } from '../agent/member.http.ts';
import { registerProfileRoutes } from '../agent/profile.http.ts';
import { registerColleaguesRoute } from '../agent/colleagues.http.ts';
import { registerFileRoutes } from '../attachment/file.http.ts';
import { registerUploadRoutes } from '../attachment/upload.http.ts';
import { registerAuditRoute } from '../audit/audit.http.ts';
import { registerChannelAuth } from '../broadcast/auth.http.ts';
import { registerUpdatesRoutes } from '../broadcast/updates.http.ts';
import { registerConversationRoutes } from '../conversation/conversation.http.ts';
import { registerInboxRoutes } from '../conversation/inbox.http.ts';
import { registerRatingRoute } from '../conversation/rating.http.ts';
import { registerLabelRoutes } from '../label/label.http.ts';
import { registerInvitationRoutes } from '../invitation/invitation.http.ts';
import { registerTranscriptRoute } from '../mail/transcript.http.ts';
import { registerMentionRoutes } from '../mention/mention.http.ts';
import { registerMessageRoutes } from '../message/message.http.ts';
import { registerTypingRoutes } from '../presence/typing.http.ts';
import { registerSavedViewRoutes } from '../saved-view/saved-view.http.ts';
import { registerSearchRoute } from '../search/search.http.ts';
import { registerSiteRoutes } from '../site/site.http.ts';
import { registerAgentTeamRoutes } from '../team/team.http.ts';
import { registerVisitorRoutes } from '../visitor/visitor.http.ts';
import type { App } from './app.ts';
import { registerHealthRoute } from './health.http.ts';
import { registerOpenApi } from './openapi.ts';
import { registerPages } from './pages.ts';
import type { Services } from './services.ts';

/** Everything that the server answers. */
export async function registerRoutes(app: App, services: Services, version: string): Promise<void> {
  // First, for it collects the routes that come after it.
  await registerOpenApi(app, version);
  registerHealthRoute(app, services);
  registerSiteRoutes(app, services);
  registerVisitorRoutes(app, services);
  await registerMessageRoutes(app, services);
  await registerUploadRoutes(app, services);
  registerFileRoutes(app, services);
  registerConversationRoutes(app, services);
  registerRatingRoute(app, services);
  registerTranscriptRoute(app, services);
  registerInboxRoutes(app, services);
  registerSearchRoute(app, services);
  registerSavedViewRoutes(app, services);
  registerMentionRoutes(app, services);
  registerLabelRoutes(app, services);
  registerAgentTeamRoutes(app, services);
  registerColleaguesRoute(app, services);
  registerTypingRoutes(app, services);
  registerUpdatesRoutes(app, services);
  registerAgentRoutes(app, services);
  registerProfileRoutes(app, services);
  registerMemberRoutes(app, services);
  registerInvitationRoutes(app, services);
  registerAuditRoute(app, services);
  await registerChannelAuth(app, services);
  await registerPages(app, services);
}
