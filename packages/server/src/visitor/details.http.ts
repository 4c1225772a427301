import { VisitorDetailsAnswer, VisitorNoteRequest, VisitorPatch } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams, PathId } from '../http/params.ts';
import type { Services } from '../http/services.ts';

const NoteParams = z.object({ id: PathId, note: PathId });

const read = { tags: ['Agents'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;
const response = answers({ 200: VisitorDetailsAnswer });

/** A visitor as agents see it. Every change answers with the visitor as it is then. */
export function registerVisitorDetailsRoutes(app: App, services: Services): void {
  const { visitorDetailsQueries, visitorDetailsCommands, logins } = services;
  const present = async (request: FastifyRequest, id: number): Promise<VisitorDetailsAnswer> => {
    const visitor = await visitorDetailsQueries.detailsOf(loginOf(request).actor, id);
    if (visitor === null) throw new AppError('not_found', 'There is no such visitor.');
    return { success: true, visitor };
  };

  app.get(
    '/admin/visitors/:id',
    {
      config,
      schema: {
        ...read,
        summary: 'A visitor: browser, pages seen, earlier conversations, notes of agents',
        params: IdParams,
        response,
      },
    },
    (request) => present(request, request.params.id),
  );

  app.patch(
    '/admin/visitors/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Block a visitor, whose messages are refused then, or let it write again',
        params: IdParams,
        body: VisitorPatch,
        response,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { blocked } = request.body;
      if (blocked !== undefined) {
        await visitorDetailsCommands.setBlocked(loginOf(request).actor, id, blocked);
        if (blocked) logins.visitorBlocked(id);
        else logins.visitorUnblocked(id);
      }
      return present(request, id);
    },
  );

  app.post(
    '/admin/visitors/:id/notes',
    {
      config,
      schema: {
        ...change,
        summary: 'Note something of a visitor, for the agents of the site',
        params: IdParams,
        body: VisitorNoteRequest,
        response: answers({ 201: VisitorDetailsAnswer }),
      },
    },
    async (request, reply) => {
      const { actor, agent } = loginOf(request);
      const { id } = request.params;
      await visitorDetailsCommands.addNote(actor, agent.name, id, request.body.text);
      reply.code(201);
      return present(request, id);
    },
  );

  app.delete(
    '/admin/visitors/:id/notes/:note',
    {
      config,
      schema: {
        ...change,
        summary: "Delete one's own note of a visitor; admins any",
        params: NoteParams,
        response,
      },
    },
    async (request) => {
      const { id, note } = request.params;
      await visitorDetailsCommands.deleteNote(loginOf(request).actor, id, note);
      return present(request, id);
    },
  );
}
