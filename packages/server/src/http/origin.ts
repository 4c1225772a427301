import type { FastifyRequest } from 'fastify';
import type { Address } from '../config/reverb.ts';

/**
 * Where the request itself went, as its client sees it. X-Forwarded-* counts only where
 * `TRUST_PROXY` says so (Fastify sees to that). Null for a Host that is none.
 */
export function addressOf(request: Pick<FastifyRequest, 'protocol' | 'host'>): Address | null {
  const scheme = request.protocol === 'https' ? 'https' : 'http';
  const text = `${scheme}://${request.host}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  return { host: url.hostname, port, scheme };
}

/**
 * Whether `origin` is this server itself: the address of the request, or `APP_URL`. A page over
 * TLS passes also where the TLS ends in a proxy that is not trusted to say so, for then only the
 * scheme differs; the other way round it does not.
 */
export function isOwnOrigin(
  origin: string,
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
  appUrl: string | undefined,
): boolean {
  if (origin === appUrl) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, host, origin: normal } = new URL(origin);
  if (normal !== origin || host === '') return false;
  const own = `${protocol}//${request.host}`;
  if (!URL.canParse(own) || new URL(own).host !== host) return false;
  return protocol === 'https:' || (protocol === 'http:' && request.protocol === 'http');
}

/** Whether a page of `origin` may use a site's widget. None named: any may. */
export function isSiteOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.includes(origin);
}
