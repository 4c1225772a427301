import type { FastifyRequest } from 'fastify';

/** Whether a browser asks for a page, and not a script for data. */
export function isNavigation(request: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const { accept = '' } = request.headers;
  const destination = request.headers['sec-fetch-dest'];
  // A browser that does not say what it wants the answer for is an old one, and asks for HTML.
  const forDocument = destination === undefined || destination === 'document';
  return forDocument && /(^|[,\s])text\/html\b/i.test(accept);
}
