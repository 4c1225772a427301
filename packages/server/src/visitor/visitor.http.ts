import { ChatsAnswer, InitAnswer, InitRequest } from '@parley/protocol';
import { z } from 'zod/mini';
import { loginOf, siteOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';

const EmailParams = z.object({ email: z.string().check(z.maxLength(254)) });

export function registerVisitorRoutes(app: App, services: Services): void {
  app.post(
    '/api/chatbot/init',
    {
      config: { access: 'site' },
      schema: {
        tags: ['Visitors'],
        summary: 'Begin or return: a visitor token, and the open conversation',
        description:
          '403 `consent_required` where the site asks for consent (`site.consent` of `config`): show its text, and say its version as `consent` once the visitor agrees. Nothing is kept of who did not.',
        security: [{ siteToken: [] }],
        body: InitRequest,
        response: answers({ 200: InitAnswer }),
      },
    },
    async (request): Promise<InitAnswer> => {
      const { identities, limits, visitorCommands, teamQueries } = services;
      limits.takeInit(request.ip);
      const {
        visitor_token,
        identity_token,
        name,
        email,
        attributes,
        locale,
        page,
        time_zone,
        consent,
      } = request.body;
      const before =
        visitor_token === undefined ? null : await identities.visitorOfToken(visitor_token);
      const site = siteOf(request);
      const team = await teamQueries.teamOf(site);
      const answer = await visitorCommands.initVisitor({
        site,
        visitorToken: visitor_token,
        identityToken: identity_token,
        name,
        email,
        attributes,
        locale,
        page,
        userAgent: request.headers['user-agent'],
        timeZone: time_zone,
        consent,
      });
      if (before !== null && visitor_token !== answer.visitor_token) {
        services.logins.visitorRenewed(before.actor.visitorId);
      }
      if (before !== null && before.actor.visitorId !== answer.visitor.id) {
        // The block came along.
        if (before.blocked) services.logins.visitorBlocked(answer.visitor.id);
        services.liveVisitors.left(before.actor.visitorId);
      }
      services.liveVisitors.arrived(site, answer.visitor, page);
      return { success: true, ...answer, team };
    },
  );

  app.get(
    '/api/users/:email/chats',
    {
      config: { access: 'visitor-or-agent' },
      schema: {
        tags: ['Visitors'],
        summary: 'Conversations of an address, with their messages',
        description:
          'A visitor whose address is verified sees all of that address, one that only typed it its own; an agent those of its sites.',
        security: [{ visitorToken: [] }, { session: [] }],
        params: EmailParams,
        response: answers({ 200: ChatsAnswer }),
      },
    },
    async (request): Promise<ChatsAnswer> => {
      const { email } = request.params;
      const actor =
        request.identity.kind === 'visitor' ? request.identity.actor : loginOf(request).actor;
      const chats = await services.conversationQueries.chatsOfEmail(actor, email);
      return { success: true, email, chats };
    },
  );
}
