import { createHmac, hash } from 'node:crypto';

/** RFC 2104: the block of SHA-256 and its digest, in bytes. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Longer texts go to `createHmac`, whose set-up is then the smaller part. */
const TEXT_BYTES_MAX = 4096;
/** Secrets whose pads are kept; a server has a few apps. */
const KEPT_MAX = 1024;

interface Pads {
  /** The key xor `ipad`, then room for a text. */
  inner: Buffer;
  /** The key xor `opad`, then room for the inner digest. */
  outer: Buffer;
}

const padsOf = new Map<string, Pads>();

/**
 * HMAC-SHA256 as lower-case hex, as every Pusher SDK writes it. Each call of the HTTP API and each
 * private subscription needs one over a short text; two one-shot hashes over pads that are kept
 * cost half of what `createHmac` does.
 */
export function hmacHex(secret: string, text: string): string {
  // A UTF-16 unit takes at most three bytes of UTF-8.
  if (text.length * 3 > TEXT_BYTES_MAX) {
    return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
  }
  const { inner, outer } = padsOf.get(secret) ?? keepPads(secret);
  const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8');
  outer.write(hash('sha256', inner.subarray(0, end), 'latin1'), BLOCK_BYTES, 'latin1');
  return hash('sha256', outer, 'hex');
}

function keepPads(secret: string): Pads {
  const bytes = Buffer.from(secret, 'utf8');
  const key = bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes;
  const pads: Pads = {
    inner: Buffer.alloc(BLOCK_BYTES + TEXT_BYTES_MAX, 0x36),
    outer: Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c),
  };
  for (const [at, byte] of key.entries()) {
    pads.inner[at] = 0x36 ^ byte;
    pads.outer[at] = 0x5c ^ byte;
  }
  if (padsOf.size >= KEPT_MAX) padsOf.clear();
  padsOf.set(secret, pads);
  return pads;
}
