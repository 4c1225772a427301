import {
  InvitationAccept,
  InvitationAnswer,
  InvitationLook,
  InvitationRequest,
  InvitationShown,
  MeAnswer,
  rolesGivenBy,
  SuccessAnswer,
} from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import { meOf } from '../agent/agent.http.ts';
import { beginLogin, checkCredentials } from '../agent/sign-in.ts';
import { AppError } from '../app-error.ts';
import { loginOf, requireOwnOrigin } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { addressOf } from '../http/origin.ts';
import { sendDashboard } from '../http/pages.ts';
import { IdParams, PathId } from '../http/params.ts';
import { byOf, siteWhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import { agentLocale, languagesAccepted } from '../mail/agent-locale.ts';
import { MailError } from '../mail/mailer.ts';
import type { HeldInvitation } from './invitation.queries.ts';
import { invitationMail } from './invitation-mail.ts';

const change = { tags: ['Members'], security: [{ session: [], csrf: [] }] };
const InvitationParams = z.object({ id: PathId, invitation: PathId });
const PASSWORD_CHARS_MIN = 10;

export function registerInvitationRoutes(app: App, services: Services): void {
  registerInviting(app, services);
  registerInvited(app, services);
}

function registerInviting(app: App, services: Services): void {
  const { managing, clock, limits } = services;

  app.post(
    '/admin/sites/:id/invitations',
    {
      config: { access: 'agent' },
      schema: {
        ...change,
        summary: 'Invite somebody to a site',
        description:
          'Answers with a link that works once, for seven days, and mails it where the server sends mail. Another invitation to the same address ends the former.',
        params: IdParams,
        body: InvitationRequest,
        response: answers({ 201: InvitationAnswer }),
      },
    },
    async (request, reply): Promise<InvitationAnswer> => {
      const siteId = siteWhere(request, request.params.id, 'members.manage');
      const { email, role } = request.body;
      const own = loginOf(request).actor.roles.get(siteId) ?? 'agent';
      if (!rolesGivenBy(own).includes(role)) {
        throw new AppError('forbidden', 'Only an owner makes somebody an owner.');
      }
      if (managing.mailer !== null) limits.takeMail(request.ip);
      const by = byOf(request, clock);
      const { invitation, token } = await managing.invitations.invite({ siteId, email, role }, by);
      // Behind the #: a browser never sends it on, so it stands in no log and no Referer (SEC-6).
      const link = `${originOf(request, services)}/admin/invitation#${token}`;
      const mailed = await mail(services, request, { siteId, email, link });
      reply.code(201).header('cache-control', 'no-store');
      return { success: true, invitation, link, mailed };
    },
  );

  app.delete(
    '/admin/sites/:id/invitations/:invitation',
    {
      config: { access: 'agent' },
      schema: {
        ...change,
        summary: 'Withdraw an invitation: its link ends',
        params: InvitationParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<z.infer<typeof SuccessAnswer>> => {
      const { id, invitation } = request.params;
      const siteId = siteWhere(request, id, 'members.manage');
      const gone = await managing.invitations.withdraw(siteId, invitation, byOf(request, clock));
      if (!gone) throw new AppError('not_found', 'There is no such invitation.');
      return { success: true };
    },
  );
}

/** For who holds a link, and is nobody yet. */
function registerInvited(app: App, services: Services): void {
  const { managing, limits, logins, config } = services;
  const config_ = { access: 'public' } as const;

  app.get('/admin/invitation', { config: config_, schema: { hide: true } }, (request, reply) =>
    sendDashboard(services, request, reply),
  );

  app.post(
    '/admin/invitation',
    {
      config: config_,
      schema: {
        tags: ['Members'],
        summary: 'What stands on an invitation',
        body: InvitationLook,
        response: answers({ 200: InvitationShown }),
      },
    },
    async (request): Promise<InvitationShown> => {
      // By address alone: nobody who guesses keeps others from joining.
      const attempt = limits.beginSignIn(request.ip, `invitation ${request.ip}`);
      const { siteName, email, role, invitedBy, known } = await heldBy(
        services,
        request.body.token,
      );
      attempt.succeed();
      return { success: true, site: siteName, email, role, invited_by: invitedBy, known };
    },
  );

  app.post(
    '/admin/invitation/accept',
    {
      config: config_,
      schema: {
        tags: ['Members'],
        summary: 'Join by an invitation, and be signed in',
        description:
          'Who has an account already sends its password (and `code`), who has none a `name` and a new password of at least 10 characters.',
        body: InvitationAccept,
        response: answers({ 200: MeAnswer }),
      },
    },
    async (request, reply): Promise<MeAnswer> => {
      requireOwnOrigin(request, config.appUrl);
      const { token, password, code, name } = request.body;
      const { email, known, siteId } = await heldBy(services, token);
      const checked = known
        ? await checkCredentials(services, request.ip, { email, password, code })
        : null;
      const newcomer = known ? null : newcomerFrom(name, password);
      const agentId = await managing.invitations.accept(token, newcomer, request.keptAddress);
      await logins.membersChanged([siteId]);
      const account = checked ?? (await services.agentQueries.findAgent(agentId));
      if (account === null) throw new Error('Who has just joined is not there');
      return meOf(services, request, await beginLogin(services, request, reply, account));
    },
  );
}

function newcomerFrom(name: string | undefined, password: string) {
  if (name === undefined) throw new AppError('invalid_request', 'name: must not be empty');
  if (password.length < PASSWORD_CHARS_MIN) {
    const message = `must have at least ${PASSWORD_CHARS_MIN} characters`;
    throw new AppError('invalid_request', `password: ${message}`, {
      details: [{ path: 'password', message }],
    });
  }
  return { name, password };
}

/** @throws AppError `invitation_over` */
async function heldBy(
  { managing, agentQueries }: Services,
  token: string,
): Promise<HeldInvitation & { known: boolean }> {
  const held = await managing.invited.held(token);
  if (held === null) {
    throw new AppError('invitation_over', 'This invitation was used, withdrawn, or is too old.');
  }
  return { ...held, known: (await agentQueries.findAgentByEmail(held.email)) !== null };
}

/** Whether it went out: where it did not, whoever invites passes the link on. */
async function mail(
  { managing, siteQueries, agentQueries }: Services,
  request: FastifyRequest,
  { siteId, email, link }: { siteId: number; email: string; link: string },
): Promise<boolean> {
  const site = await siteQueries.findSite(siteId);
  if (managing.mailer === null || site === null) return false;
  const { agent } = loginOf(request);
  const known = await agentQueries.findAgentByEmail(email);
  // Of who has no account yet it is not known: colleagues mostly speak one language.
  const languages = languagesAccepted(request.headers['accept-language']);
  const locale = agentLocale(known?.locale, agent.locale, ...languages, site.settings.locale);
  const words = invitationMail({ site: site.name, invitedBy: agent.name, link, locale });
  try {
    await managing.mailer.send({ ...words, to: email });
    return true;
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    request.log.warn({ err: error }, 'An invitation could not be mailed');
    return false;
  }
}

function originOf(request: FastifyRequest, { config }: Services): string {
  if (config.appUrl !== undefined) return config.appUrl;
  const address = addressOf(request);
  if (address === null) throw new AppError('invalid_request', 'The Host header is not valid.');
  return new URL(`${address.scheme}://${request.host}`).origin;
}
