import { ColleaguesAnswer } from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';

/** To whom a conversation can be given, and who can be named in a note. */
export function registerColleaguesRoute(app: App, services: Services): void {
  app.get(
    '/admin/colleagues',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Agents'],
        summary: 'Who works on the own sites, and who of them is online',
        security: [{ session: [] }],
        response: answers({ 200: ColleaguesAnswer }),
      },
    },
    async (request): Promise<ColleaguesAnswer> => {
      const { agentQueries, availability } = services;
      const colleagues = await agentQueries.colleaguesOf(loginOf(request).actor);
      return {
        success: true,
        agents: colleagues.map((one) => ({
          id: one.id,
          name: one.name,
          site_ids: [...one.siteIds],
          availability: availability.of(one),
        })),
      };
    },
  );
}
