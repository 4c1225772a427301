import {
  NotificationAnswer,
  NotificationPatch,
  PushEndpointRequest,
  PushSubscriptionRequest,
  SuccessAnswer,
} from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';

const read = { tags: ['Notifications'], security: [{ session: [] }] };
const change = { ...read, security: [{ session: [], csrf: [] }] };
const config = { access: 'agent' } as const;

export function registerNotificationRoutes(app: App, services: Services): void {
  const { notifications, sendsMail } = services;
  const answer = async (request: FastifyRequest): Promise<NotificationAnswer> => ({
    success: true,
    settings: await notifications.queries.settingsOf(loginOf(request).actor),
    public_key: notifications.publicKey,
    mail: sendsMail,
  });

  app.get(
    '/admin/notifications',
    {
      config,
      schema: {
        ...read,
        summary: 'What the agent is told of while away',
        response: answers({ 200: NotificationAnswer }),
      },
    },
    answer,
  );

  app.patch(
    '/admin/notifications',
    {
      config,
      schema: {
        ...change,
        summary: 'Change what the agent is told of while away',
        body: NotificationPatch,
        response: answers({ 200: NotificationAnswer }),
      },
    },
    async (request): Promise<NotificationAnswer> => {
      await notifications.commands.change(loginOf(request).actor, request.body);
      notifications.notifier.changed();
      return answer(request);
    },
  );

  app.post(
    '/admin/notifications/push',
    {
      config,
      schema: {
        ...change,
        summary: 'A browser that rings for the agent, until the login ends',
        body: PushSubscriptionRequest,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<{ success: true }> => {
      await notifications.commands.subscribe(loginOf(request), request.body);
      notifications.notifier.changed();
      return { success: true };
    },
  );

  // The address is a secret of the browser: it stands in a body, and not in a URL.
  app.post(
    '/admin/notifications/push/end',
    {
      config,
      schema: {
        ...change,
        summary: 'A browser that rings no more',
        body: PushEndpointRequest,
        response: answers({ 200: SuccessAnswer }),
      },
    },
    async (request): Promise<{ success: true }> => {
      const { endpoint } = request.body;
      await notifications.commands.unsubscribe(loginOf(request).actor, endpoint);
      return { success: true };
    },
  );
}
