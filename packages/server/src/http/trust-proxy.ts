import { BlockList, isIPv6 } from 'node:net';
import type { Config } from '../config/config.ts';
import { networks } from '../webhook/address.ts';

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

type Trust = (address: string, hop: number) => boolean;
type Trusted = false | Trust;

/** Names that a list may hold in place of networks, as Fastify has them. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Whose X-Forwarded-* is believed. `private`: one proxy, on this machine or in its private network,
 * so that somebody who reaches the server past it is not believed. A number: so many, wherever they
 * are, which is safe only where nobody can come past them.
 */
export function trustFrom(trust: Config['trustProxy']): Trusted {
  if (trust === false) return false;
  if (trust === 'private') return (address, hop) => hop < 1 && isPrivate(address);
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  const list = networks(trust.flatMap((part) => NAMED[part] ?? [part]));
  return (address) => contains(list, address);
}

/**
 * Whose request it is, as Fastify would say, which knows nothing of calls that never reach it.
 *
 * @param peer the other end of the connection
 */
export function clientOf(trusted: Trusted, peer: string, forwardedFor: string | undefined): string {
  if (trusted === false || forwardedFor === undefined) return peer;
  const named = forwardedFor.split(',').map((address) => address.trim());
  const hops = [peer, ...named.filter((address) => address !== '').reverse()];
  return hops.find((address, hop) => !trusted(address, hop)) ?? hops.at(-1) ?? peer;
}

function isPrivate(address: string): boolean {
  return contains(PRIVATE, address);
}

/** An address as a socket that listens to both writes it. */
function contains(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
