import { BlockList, isIP } from 'node:net';

/** Networks that may be reached though they are private: `all`, or addresses and networks. */
export type AllowedNetworks = 'all' | readonly string[];

/** Everything that is not the public internet (IANA's special-purpose registries), and Azure's own. */
const SPECIAL_V4 = networks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);
const GLOBAL_V6 = networks(['2000::/3']);
/** Of these, what is special, or hides an IPv4 address. */
const SPECIAL_V6 = networks(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Whether nothing may be sent to this address; what is no address at all is refused. */
export function isRefused(address: string, allowed: AllowedNetworks): boolean {
  const plain = unmapped(address);
  if (plain === null) return true;
  if (allowed === 'all') return false;
  const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
  if (allowed.length > 0 && networks(allowed).check(plain, family)) return false;
  if (family === 'ipv4') return SPECIAL_V4.check(plain, family);
  return !GLOBAL_V6.check(plain, family) || SPECIAL_V6.check(plain, family);
}

/** Whether it can stand in a list of {@link AllowedNetworks}. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** `::ffff:127.0.0.1`, however it is written, is 127.0.0.1. Null for what is no address. */
function unmapped(address: string): string | null {
  const family = isIP(address);
  if (family === 4) return address;
  // With a zone it is of one link alone, which nothing is sent to.
  if (family === 0 || address.includes('%')) return null;
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(plain) ?? [];
  if (high === undefined || low === undefined) return plain;
  const number = Number.parseInt(high, 16) * 0x1_0000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}

/** @param of each as {@link isNetwork} wants it */
export function networks(of: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of of) {
    const [address = '', bits] = network.split('/');
    const isV4 = isIP(address) === 4;
    list.addSubnet(address, Number(bits ?? (isV4 ? 32 : 128)), isV4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
