import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/**
 * As it is kept and logged: an IPv4 address as people write it, also where it came in on a socket
 * that listens to both and calls it `::ffff:192.0.2.7`; without its end where addresses are shortened.
 */
export function addressToKeep(address: string, shortens: boolean): string {
  return shortens ? shortAddress(address) : address.replace(MAPPED, '');
}

/**
 * An address as it may be kept where nobody is to be known by it: an IPv4 address without its last
 * byte, an IPv6 address as its /48. What is no address stays away altogether.
 */
export function shortAddress(address: string): string {
  const key = clientKey(address);
  if (isIPv4(key)) return key.replace(/\d+$/, '0');
  return key.endsWith('::/64') ? `${key.split(':').slice(0, 3).join(':')}::` : '';
}

/** What counts as one client for limits: an IPv4 address, or the /64 that one IPv6 customer has. */
export function clientKey(address: string): string {
  if (!isIPv6(address)) return address;
  if (MAPPED.test(address)) return address.replace(MAPPED, '');
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from<string>({ length: Math.max(0, 8 - front.length - back.length) }).fill(
    '0',
  );
  const groups = tail === undefined ? front : [...front, ...zeros, ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
