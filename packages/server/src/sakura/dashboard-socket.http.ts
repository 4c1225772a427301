import { AppError } from '../app-error.ts';
import { loginOf, requireOwnOrigin } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';
import { takeUpgrade, upgradeOf } from '../http/upgrade.ts';

/** The socket of Sakura's dashboard (SPEC §3). */
export function registerDashboardSocket(app: App, services: Services): void {
  const { config, dashboardSockets } = services;
  app.addHook('preClose', () => dashboardSockets.close());

  app.get(
    '/ws/dashboard',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Agents'],
        summary: 'A WebSocket: users, chats and messages of all own sites, whole after each change',
        description:
          'Send `{"type":"subscribe","channel":"chat_updates"}`. A browser’s Origin must be this server’s.',
        security: [{ session: [] }],
        response: answers({}),
      },
    },
    async (request, reply) => {
      const login = loginOf(request);
      // A browser sends the cookie along also for a page of somebody else.
      requireOwnOrigin(request, config.appUrl);
      const upgrade = upgradeOf(request);
      if (upgrade === null) {
        reply.header('upgrade', 'websocket');
        throw new AppError('upgrade_required', 'This address takes WebSockets.');
      }
      dashboardSockets.checkRoom(login);
      takeUpgrade(request, reply);
      dashboardSockets.accept(login, request.raw, upgrade.socket, upgrade.head);
    },
  );
}
