import { SystemAnswer } from '@parley/protocol';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { requireSomewhere } from '../http/permission.ts';
import type { Services } from '../http/services.ts';

export function registerSystemRoute(app: App, { system }: Services, version: string): void {
  app.get(
    '/admin/system',
    {
      config: { access: 'agent' },
      schema: {
        tags: ['Managing'],
        summary: 'How the server is: what it stands on, what is wrong and what to do',
        description: 'For owners. What `parley doctor` looks at, and the queue of jobs.',
        security: [{ session: [] }],
        response: answers({ 200: SystemAnswer }),
      },
    },
    async (request, reply): Promise<SystemAnswer> => {
      requireSomewhere(request, 'system.read');
      const { checkedAt_ms, findings } = await system.look();
      reply.header('cache-control', 'no-store');
      return {
        success: true,
        version,
        node: process.versions.node,
        checked_at: Math.floor(checkedAt_ms / 1_000),
        findings,
      };
    },
  );
}
