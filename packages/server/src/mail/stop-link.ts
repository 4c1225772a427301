import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who wants no more mail: an address, of which only a hash is told, from one site. */
export interface Stop {
  readonly siteId: number;
  /** SHA-256 of the address, in hex. */
  readonly addressKey: string;
}

/** Path of the page where it is said, good for ever: a mail may be read years later. */
export function stopPath({ siteId, addressKey }: Stop, key: string): string {
  const claim = `${siteId.toString(36)}.${addressKey}`;
  return `/mail/stop/${claim}.${sign(claim, key)}`;
}

/** Null for what was not made here. @param keys the present one, and former ones */
export function stopFrom(text: string, keys: readonly string[]): Stop | null {
  const [, site = '', addressKey = '', signature = ''] =
    /^([\da-z]{1,11})\.([\da-f]{64})\.([\da-f]{64})$/.exec(text) ?? [];
  if (signature === '') return null;
  const given = Buffer.from(signature);
  const claim = `${site}.${addressKey}`;
  const isOurs = keys.some((key) => timingSafeEqual(Buffer.from(sign(claim, key)), given));
  return isOurs ? { siteId: Number.parseInt(site, 36), addressKey } : null;
}

function sign(claim: string, key: string): string {
  return createHmac('sha256', key).update(`stop ${claim}`).digest('hex');
}
