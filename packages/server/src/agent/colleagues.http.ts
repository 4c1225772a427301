import { ColleaguesAnswer } from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../http/services.ts';

/** To whom a conversation can be given, and who can be named in a note. */
export function registerColleaguesRoute(app: App, { agentQueries }: Services): void {
  app.get(
    '/admin/colleagues',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Agents'],
        summary: 'Who works on the own sites',
        security: [{ session: [] }],
        response: answers({ 200: ColleaguesAnswer }),
      },
    },
    async (request): Promise<ColleaguesAnswer> => {
      const colleagues = await agentQueries.colleaguesOf(loginOf(request).actor);
      return {
        success: true,
        agents: colleagues.map(({ id, name, siteIds }) => ({ id, name, site_ids: [...siteIds] })),
      };
    },
  );
}
