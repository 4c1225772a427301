import { BlockList, isIPv6 } from 'node:net';
import type { Config } from '../config/config.ts';

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
type Trusted = false | string[] | Trust;

/**
 * Whose X-Forwarded-* is believed. `private`: one proxy, on this machine or in its private network,
 * so that somebody who reaches the server past it is not believed. A number: so many, wherever they
 * are, which is safe only where nobody can come past them.
 */
export function trustFrom(trust: Config['trustProxy']): Trusted {
  if (trust === false) return false;
  if (trust === 'private') return (address, hop) => hop < 1 && isPrivate(address);
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  return [...trust];
}

/**
 * Whose request it is, as Fastify would say, which knows nothing of calls that never reach it; null: only
 * it can say, for it reads the lists of networks.
 *
 * @param peer the other end of the connection
 */
export function clientOf(
  trusted: Trusted,
  peer: string,
  forwardedFor: string | undefined,
): string | null {
  if (trusted === false || forwardedFor === undefined) return peer;
  if (typeof trusted !== 'function') return null;
  const named = forwardedFor.split(',').map((address) => address.trim());
  const hops = [peer, ...named.filter((address) => address !== '').reverse()];
  return hops.find((address, hop) => !trusted(address, hop)) ?? hops.at(-1) ?? peer;
}

function isPrivate(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return PRIVATE.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
