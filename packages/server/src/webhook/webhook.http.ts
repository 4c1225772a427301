import {
  SuccessAnswer,
  WebhookAnswer,
  WebhookDeliveriesAnswer,
  WebhookDeliveriesQuery,
  WebhookPatch,
  WebhookReplayAnswer,
  WebhookRequest,
  WebhooksAnswer,
  WebhookSecretAnswer,
} from '@parley/protocol';
import { z } from 'zod/mini';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { IdParams, PathId } from '../http/params.ts';
import { byOf, sitesWhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';
import { requireReachable } from './reachable.ts';

const read = { tags: ['Webhooks'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;
const DeliveryParams = z.object({ id: PathId, delivery: PathId });

export function registerWebhookRoutes(app: App, services: Services): void {
  registerManaging(app, services);
  registerSecret(app, services);
  registerDeliveries(app, services);
}

function registerManaging(app: App, { webhooks, clock, config: settings }: Services): void {
  app.get(
    '/admin/webhooks',
    {
      config,
      schema: {
        ...read,
        summary: 'Webhooks of the sites that one manages',
        response: answers({ 200: WebhooksAnswer }),
      },
    },
    async (request): Promise<WebhooksAnswer> => {
      const siteIds = sitesWhere(request, 'webhooks.manage');
      const { agentId } = loginOf(request).actor;
      return { success: true, webhooks: await webhooks.queries.list(siteIds, agentId) };
    },
  );

  app.post(
    '/admin/webhooks',
    {
      config,
      schema: {
        ...change,
        summary: 'Make a webhook, of one site or of all that one manages',
        description:
          'The answer alone has the secret: keep it. What is sent stands under webhooks.',
        body: WebhookRequest,
        response: answers({ 201: WebhookSecretAnswer }),
      },
    },
    async (request, reply): Promise<WebhookSecretAnswer> => {
      const { actor } = loginOf(request);
      requireReachable(request.body.url, settings.webhookAllowPrivate);
      const made = await webhooks.commands.create(actor, request.body, byOf(request, clock));
      reply.code(201);
      return { success: true, ...made };
    },
  );

  app.patch(
    '/admin/webhooks/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Change a webhook, switch it off and on',
        params: IdParams,
        body: WebhookPatch,
        response: answers({ 200: WebhookAnswer }),
      },
    },
    async (request): Promise<WebhookAnswer> => {
      const { actor } = loginOf(request);
      const { url } = request.body;
      if (url !== undefined) requireReachable(url, settings.webhookAllowPrivate);
      const by = byOf(request, clock);
      const webhook = await webhooks.commands.change(actor, request.params.id, request.body, by);
      return { success: true, webhook };
    },
  );

  app.delete(
    '/admin/webhooks/:id',
    {
      config,
      schema: {
        ...change,
        summary: 'Delete a webhook, and what is on its way to it',
        params: IdParams,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<z.infer<typeof SuccessAnswer>> => {
      const { actor } = loginOf(request);
      await webhooks.commands.remove(actor, request.params.id, byOf(request, clock));
      return { success: true };
    },
  );
}

function registerSecret(app: App, { webhooks, clock }: Services): void {
  app.post(
    '/admin/webhooks/:id/secret',
    {
      config,
      schema: {
        ...change,
        summary: 'A new secret; for 24 hours the former one signs as well',
        params: IdParams,
        response: answers({ 200: WebhookSecretAnswer }),
      },
    },
    async (request): Promise<WebhookSecretAnswer> => {
      const { actor } = loginOf(request);
      const by = byOf(request, clock);
      return {
        success: true,
        ...(await webhooks.commands.renewSecret(actor, request.params.id, by)),
      };
    },
  );
}

function registerDeliveries(app: App, { webhooks, clock }: Services): void {
  app.get(
    '/admin/webhooks/:id/deliveries',
    {
      config,
      schema: {
        ...read,
        summary: 'What was and is to be delivered',
        description:
          'Newest first: the last 200 that came to an end within a month, and all that wait. Ask on with `before`.',
        params: IdParams,
        querystring: WebhookDeliveriesQuery,
        response: answers({ 200: WebhookDeliveriesAnswer }),
      },
    },
    async (request): Promise<WebhookDeliveriesAnswer> => {
      const { actor } = loginOf(request);
      const { id } = request.params;
      return { success: true, ...(await webhooks.queries.deliveries(actor, id, request.query)) };
    },
  );

  app.post(
    '/admin/webhooks/:id/test',
    {
      config,
      schema: {
        ...change,
        summary: 'Send `webhook.test`, once, also to one that is off',
        description: 'What comes of it stands among the deliveries in a moment.',
        params: IdParams,
        response: answers({ 202: SuccessAnswer }),
      },
    },
    async (request, reply): Promise<z.infer<typeof SuccessAnswer>> => {
      const { actor } = loginOf(request);
      await webhooks.commands.test(actor, request.params.id, byOf(request, clock));
      reply.code(202);
      return { success: true };
    },
  );

  app.post(
    '/admin/webhooks/:id/replay',
    {
      config,
      schema: {
        ...change,
        summary: 'Send all again that failed, in their order',
        params: IdParams,
        response: answers({ 202: WebhookReplayAnswer }),
      },
    },
    async (request, reply): Promise<WebhookReplayAnswer> => {
      const { actor } = loginOf(request);
      const by = byOf(request, clock);
      reply.code(202);
      const replayed = await webhooks.commands.replay(actor, request.params.id, null, by);
      return { success: true, replayed };
    },
  );

  app.post(
    '/admin/webhooks/:id/deliveries/:delivery/replay',
    {
      config,
      schema: {
        ...change,
        summary: 'Send one again, with the same `webhook-id`',
        params: DeliveryParams,
        response: answers({ 202: WebhookReplayAnswer }),
      },
    },
    async (request, reply): Promise<WebhookReplayAnswer> => {
      const { actor } = loginOf(request);
      const { id, delivery } = request.params;
      const by = byOf(request, clock);
      reply.code(202);
      const replayed = await webhooks.commands.replay(actor, id, delivery, by);
      return { success: true, replayed };
    },
  );
}
