import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';

export interface Route {
  readonly method: string;
  /** As Fastify writes it: `/api/chatbot/conversation/:id`. */
  readonly url: string;
  readonly access: Access;
}

/** Every route of the server, and who may call it. */
export class RouteTable {
  readonly #routes: Route[] = [];

  /** @throws at the registration of a route that does not say who may call it */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ method, url, config }) => {
      const methods = [method].flat();
      // The preflight of @fastify/cors, which answers itself and calls nothing.
      if (url === '*' && methods.every((name) => name === 'OPTIONS')) return;
      // The pages of @fastify/swagger-ui, which cannot say it themselves.
      const access = /^\/api\/docs(\/|$)/.test(url) ? 'public' : config?.access;
      if (access === undefined)
        throw new Error(`${methods.join()} ${url} says not who may call it`);
      this.#routes.push(...methods.map((name) => ({ method: name, url, access })));
    });
  }

  get all(): readonly Route[] {
    return this.#routes;
  }

  /** The methods that a path knows, none for a path that there is not. */
  methodsOf(path: string): readonly string[] {
    const methods = this.#routes
      .filter(({ url }) => !url.includes('*') && patternOf(url).test(path))
      .map(({ method }) => method);
    return [...new Set(methods)];
  }
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', String.raw`\.`)));
  return new RegExp(`^${parts.join('/')}$`);
}
