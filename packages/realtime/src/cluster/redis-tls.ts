import { isIP } from 'node:net';

/**
 * Of a connection over TLS, the name of the server: the library checks its certificate by it, and does not
 * tell it to whoever answers. A proxy with several servers behind one address must be told. Empty for
 * addresses without TLS, and for numbers, which are no names.
 */
export function serverNameOf(url: string): { tls: true; servername: string } | object {
  const { protocol, hostname } = new URL(url);
  const isName = isIP(hostname) === 0 && !hostname.startsWith('[');
  return protocol === 'rediss:' && isName ? { tls: true, servername: hostname } : {};
}
