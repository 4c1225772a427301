import { isIPv4, isIPv6 } from 'node:net';

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
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
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
