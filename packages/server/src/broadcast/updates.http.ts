import { AgentUpdatesQuery, UpdatesAnswer, UpdatesQuery } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { loginOf, visitorOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { compressAnswer } from '../http/compress.ts';
import { BoundedCache } from '../http/bounded-cache.ts';
import { departureOf } from '../http/departure.ts';
import { sessionOwner, visitorOwner } from '../http/owner.ts';
import type { Services } from '../http/services.ts';
import { agentsAudience, inboxAudience, visitorAudience } from './audience.ts';
import type { FeedPage } from './feed.ts';
import { createPollGreeter } from './greet.ts';
import { poll, sendPage } from './poll.ts';

/** The polling provider: the same events as over a socket, from memory, in one loop. */
export function registerUpdatesRoutes(app: App, services: Services): void {
  const { feed, identities } = services;
  const greeter = createPollGreeter(services.greet);
  const followable = createFollowable(services);
  const description =
    'Without a cursor: where to begin. `wait` holds the answer until there is something. `reset`: the cursor is too old, or of another run of the server; compare heads, then ask on. Where it begins, `events` are the heads of what is followed (`ChatHead`) and a visitor’s current conversation, as a socket’s subscription brings them.';

  app.get(
    '/api/chatbot/updates',
    {
      config: { access: 'visitor' },
      onSend: compressAnswer,
      schema: {
        tags: ['Visitors'],
        summary: 'What happened since a cursor',
        description,
        security: [{ visitorToken: [] }],
        querystring: UpdatesQuery,
        response: answers({ 200: UpdatesAnswer }),
      },
    },
    async (request, reply) => {
      const { visitorId } = visitorOf(request);
      const { cursor, wait = 0 } = request.query;
      services.liveVisitors.polled(visitorId);
      const page = await poll({
        feed,
        audiences: [visitorAudience(visitorId)],
        cursor,
        wait_s: wait,
        signal: departureOf(reply),
        owner: visitorOwner(visitorId),
      });
      services.liveVisitors.polled(visitorId);
      const greetings = begins(page, cursor) ? await greeter.visitor(visitorId) : [];
      return sendPage(reply, { page, greetings, degraded: services.degraded() });
    },
  );

  app.get(
    '/admin/updates',
    {
      config: { access: 'agent' },
      onSend: compressAnswer,
      schema: {
        tags: ['Agents'],
        summary:
          'What happened in the inbox of all own sites, and in the conversations of `follow`',
        description,
        security: [{ session: [] }],
        querystring: AgentUpdatesQuery,
        response: answers({ 200: UpdatesAnswer }),
      },
    },
    async (request, reply) => {
      const login = loginOf(request);
      const { cursor, wait = 0, follow } = request.query;
      const followed = await followable(login.actor, idsOf(follow));
      const ended = services.viewing.polled(login, followed, wait);
      const signal = departureOf(reply);
      services.availability.seen(login.agent.id);
      const page = await poll({
        feed,
        audiences: [...login.actor.siteIds.map(inboxAudience), ...followed.map(agentsAudience)],
        cursor,
        wait_s: wait,
        signal,
        owner: sessionOwner(login.tokenHash),
      });
      ended(signal.aborted);
      // The login may have ended while the request waited (SEC-5).
      if (wait > 0 && !(await identities.isCurrent(login))) {
        throw new AppError('unauthenticated', 'Sign in first.');
      }
      const greetings = begins(page, cursor) ? await greeter.agent(followed) : [];
      return sendPage(reply, { page, greetings, degraded: services.degraded() });
    },
  );
}

function begins({ reset }: FeedPage, cursor: string | undefined): boolean {
  return cursor === undefined || reset;
}

function idsOf(follow: string | undefined): readonly number[] {
  return follow === undefined ? [] : [...new Set(follow.split(',').map(Number))];
}

/** A conversation never changes its site, so that may be remembered for long. */
const PLACES_MAX = 50_000;
const PLACE_LIFETIME_MS = 60 * 60_000;

/**
 * Leaves of the ids those that the agent may follow. Others are passed over silently: one that
 * has gone must not end the loop for the rest.
 */
function createFollowable({ conversationQueries, clock }: Services) {
  const sites = new BoundedCache<number>(PLACES_MAX, PLACE_LIFETIME_MS);
  const siteOf = async (actor: AgentActor, id: number): Promise<number | null> => {
    const known = sites.get(String(id), clock.now_ms());
    if (known !== undefined) return known;
    const found = await conversationQueries.find(actor, id);
    if (found === null) return null;
    sites.set(String(id), found.siteId, clock.now_ms());
    return found.siteId;
  };
  return async (actor: AgentActor, ids: readonly number[]): Promise<readonly number[]> => {
    const places = await Promise.all(ids.map((id) => siteOf(actor, id)));
    return ids.filter((_, index) => {
      const site = places[index];
      return typeof site === 'number' && actor.siteIds.includes(site);
    });
  };
}
