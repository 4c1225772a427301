import { isIP } from 'node:net';
import type { Config } from '../config/config.ts';
import { networks } from '../webhook/address.ts';
import { clientOf, trustFrom } from './trust-proxy.ts';

/** Whether somebody of this address is turned away. */
export type IsBlocked = (address: string) => boolean;

/** @param blocked addresses and networks: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32` */
export function blockedFrom(blocked: readonly string[]): IsBlocked {
  if (blocked.length === 0) return () => false;
  const list = networks(blocked);
  return (address) => {
    // As a socket that listens to both writes an IPv4 address; and without the link it came by.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Whether a socket may be opened from an address, found as that of a request is. */
export function admissionOf({
  blockedAddresses,
  trustProxy,
}: Pick<Config, 'blockedAddresses' | 'trustProxy'>): (
  peer: string,
  forwardedFor: string | undefined,
) => boolean {
  const isBlocked = blockedFrom(blockedAddresses);
  const trusted = trustFrom(trustProxy);
  return (peer, forwardedFor) => !isBlocked(clientOf(trusted, peer, forwardedFor));
}
