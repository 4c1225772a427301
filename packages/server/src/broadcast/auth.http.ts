import { ChannelAuth, ChannelAuthRequest, ChannelsAuthAnswer } from '@parley/protocol';
import { isSocketId } from '@parley/realtime';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import type { App as Credentials } from '../config/reverb.ts';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { parseForm } from '../http/form.ts';
import type { Services } from '../http/services.ts';
import { authorizeChannel } from './channel-auth.ts';

/** Laravel's channel authorization, for visitor tokens and agent sessions. */
export async function registerChannelAuth(app: App, services: Services): Promise<void> {
  await app.register((scope, _options, done) => {
    // Pusher clients send a form, and it counts here alone.
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, parsed) => {
        parsed(null, parseForm(String(body)));
      },
    );
    addRoute(scope, services);
    done();
  });
}

function addRoute(scope: FastifyInstance, services: Services): void {
  scope.withTypeProvider<ZodTypeProvider>().post(
    '/broadcasting/auth',
    {
      config: { access: 'visitor-or-agent', originInsteadOfCsrf: true },
      schema: {
        tags: ['Channels'],
        summary: 'Authorize one private or presence channel, or several at once (`channels`)',
        description: 'As a form or as JSON. A Bearer header excludes the cookie.',
        security: [{ visitorToken: [] }, { session: [] }],
        body: ChannelAuthRequest,
        response: answers({ 200: z.union([ChannelsAuthAnswer, ChannelAuth]) }),
      },
    },
    async (request): Promise<ChannelAuth | ChannelsAuthAnswer> => {
      const { socket_id: socketId, channel_name, channels, provider } = request.body;
      if (!isSocketId(socketId)) throw invalid('socket_id', 'is not a socket id');
      const app = appOf(services, provider);
      const login = request.identity.kind === 'visitor' ? request.identity : loginOf(request);
      if (login.kind === 'visitor' && login.blocked) throw blockedError();
      const authorize = (name: string): Promise<ChannelAuth | null> =>
        authorizeChannel({ login, socketId, name, app }, services.conversationQueries);

      // Only a socket of the own server can be ended by us.
      const claim = async (): Promise<void> => {
        if (login.kind === 'agent') services.availability.seen(login.agent.id);
        if (app !== services.channelApps.get('reverb')) return;
        if (!(await services.logins.claim(login, socketId))) {
          if (login.kind === 'visitor') throw blockedError();
          throw new AppError('unauthenticated', 'Sign in first.');
        }
      };

      if (channels !== undefined) {
        const names = [...new Set(channels)];
        const auths = await Promise.all(names.map(authorize));
        if (auths.some((auth) => auth !== null)) await claim();
        return { channels: Object.fromEntries(names.map((name, i) => [name, auths[i] ?? null])) };
      }
      if (channel_name === undefined) throw invalid('channel_name', 'is required');
      const auth = await authorize(channel_name);
      if (auth === null) throw new AppError('forbidden', 'You may not hear this channel.');
      await claim();
      return auth;
    },
  );
}

/** A socket would only cost: what is left to a blocked visitor is to read, and that it can by polling. */
function blockedError(): AppError {
  return new AppError('visitor_blocked', 'You cannot write here any more.');
}

function appOf({ channelApps }: Services, provider: 'pusher' | 'reverb' | undefined): Credentials {
  const [first] = channelApps.values();
  const app = provider === undefined ? first : channelApps.get(provider);
  if (app === undefined) throw invalid('provider', 'is not enabled on this server');
  return app;
}

function invalid(path: string, message: string): AppError {
  return new AppError('invalid_request', `${path} ${message}`, { details: [{ path, message }] });
}
