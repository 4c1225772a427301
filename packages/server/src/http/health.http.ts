import { z } from 'zod/mini';
import { answers } from './answer.ts';
import type { App } from './app.ts';
import type { Services } from './services.ts';

const HealthAnswer = z.object({ success: z.literal(true), status: z.literal('ok') });

export function registerHealthRoute(app: App, { ping }: Services): void {
  app.get(
    '/up',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Server'],
        summary: 'Whether the server works: 200 only where its database answers',
        response: answers({ 200: HealthAnswer }),
      },
    },
    async (): Promise<z.infer<typeof HealthAnswer>> => {
      await ping();
      return { success: true, status: 'ok' };
    },
  );
}
