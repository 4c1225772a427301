import { isIP } from 'node:net';
import { AppError } from '../app-error.ts';
import { type AllowedNetworks, isRefused } from './address.ts';

/**
 * Tells whoever writes down a private address at once; names are looked at when something is sent.
 * @throws AppError `invalid_request`
 */
export function requireReachable(url: string, allowed: AllowedNetworks): void {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  const isLocal = /^(?:.+\.)?localhost\.?$/.test(host) && allowed.length === 0;
  if (!isLocal && (isIP(host) === 0 || !isRefused(host, allowed))) return;
  throw new AppError(
    'invalid_request',
    `${host} is an address of a private network; WEBHOOK_ALLOW_PRIVATE can allow it.`,
  );
}
