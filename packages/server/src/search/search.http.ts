import { SearchAnswer, SearchQuery } from '@parley/protocol';
import { loginOf } from '../http/access.ts';
import { answers } from '../http/answer.ts';
import type { App } from '../http/app.ts';
import { compressAnswer } from '../http/compress.ts';
import type { Services } from '../http/services.ts';

export function registerSearchRoute(app: App, { searchQueries }: Services): void {
  app.get(
    '/admin/search',
    {
      config: { access: 'agent' },
      onSend: compressAnswer,
      schema: {
        tags: ['Agents'],
        summary: 'Search messages, names and addresses of all own sites',
        description:
          'Messages that hold all words, the last of which may be unfinished; whatever the case and ' +
          'the marks (ü is u). The newest first. A new message is found within a second or two.',
        security: [{ session: [] }],
        querystring: SearchQuery,
        response: answers({ 200: SearchAnswer }),
      },
    },
    async (request): Promise<SearchAnswer> => ({
      success: true,
      ...(await searchQueries.search(loginOf(request).actor, request.query)),
    }),
  );
}
