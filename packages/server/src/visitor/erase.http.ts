import { Readable } from 'node:stream';
import { roleMay, SuccessAnswer } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import { loginOf, visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams } from '../http/params.ts';
import { byOf } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import type { VisitorOf } from './erase.commands.ts';

const config = { access: 'agent' } as const;

/** What a person may ask a site for: all that it knows of them, and that it forgets it. */
export function registerErasureRoutes(app: App, services: Services): void {
  const { managing, clock } = services;
  registerWithdrawal(app, services);

  app.get(
    '/admin/visitors/:id/export',
    {
      config,
      schema: {
        tags: ['Managing'],
        summary: 'All that is known of a visitor, as a file; for owners and admins of the site',
        description:
          'JSON: `visitor`, and `conversations` with `messages` as the visitor sees them, without notes. Files are named by addresses that are good for a day.',
        security: [{ session: [] }],
        params: IdParams,
      },
    },
    async (request, reply) => {
      const visitor = await visitorWhere(request, services);
      const pieces = await managing.exports.exportOf({ kind: 'visitor', ...visitor });
      if (pieces === null) throw noVisitor();
      await managing.erase.noteExport(visitor, byOf(request, clock));
      return reply
        .type('application/json; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="visitor-${visitor.visitorId}.json"`)
        .send(Readable.from(pieces));
    },
  );

  app.delete(
    '/admin/visitors/:id',
    {
      config,
      schema: {
        tags: ['Managing'],
        summary: 'Erase a visitor with all conversations and files; for owners and admins',
        description: 'It cannot be taken back. The audit log keeps that it was done, and by whom.',
        security: [{ session: [], csrf: [] }],
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<z.infer<typeof SuccessAnswer>> => {
      const visitor = await visitorWhere(request, services);
      if (!(await managing.erase.eraseVisitor(visitor, byOf(request, clock)))) throw noVisitor();
      await forget(services, visitor.visitorId);
      return { success: true };
    },
  );
}

/** The other half of agreeing: as easy, and nothing is left of it. */
function registerWithdrawal(app: App, services: Services): void {
  const { managing } = services;
  app.delete(
    '/api/chatbot/consent',
    {
      config: { access: 'visitor' },
      schema: {
        tags: ['Visitors'],
        summary: 'Withdraw consent: the visitor is erased, with all conversations and files',
        description:
          'For who agreed (`consent` of `init`). It cannot be taken back, and the visitor token ends. The audit log keeps that it was done.',
        security: [{ visitorToken: [] }],
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<z.infer<typeof SuccessAnswer>> => {
      const visitor = visitorOf(request);
      if (!(await managing.erase.withdraw(visitor))) {
        throw new AppError('not_found', 'There is no consent that could be withdrawn.');
      }
      await forget(services, visitor.visitorId);
      return { success: true };
    },
  );
}

/** What of an erased visitor lies outside of the database. */
async function forget({ fileCommands, liveVisitors }: Services, visitorId: number): Promise<void> {
  liveVisitors.left(visitorId);
  await fileCommands.sweep();
}

/** @throws AppError `not_found` for who is no member of its site, `forbidden` for whose role it is not */
async function visitorWhere(
  request: FastifyRequest<{ Params: { id: number } }>,
  { managing }: Services,
): Promise<VisitorOf> {
  const visitorId = request.params.id;
  const siteId = await managing.exports.siteOf(visitorId);
  const role = siteId === null ? undefined : loginOf(request).actor.roles.get(siteId);
  if (siteId === null || role === undefined) throw noVisitor();
  if (roleMay(role, 'visitors.manage')) return { siteId, visitorId };
  throw new AppError('forbidden', 'Your role on this site does not allow that.');
}

function noVisitor(): AppError {
  return new AppError('not_found', 'There is no such visitor.');
}
