import { ApiError } from './api-error.ts';
import { type Guard, object } from './guard.ts';

/** What a server under attack wants done before a conversation begins. */
export interface Challenge {
  /** Goes back as it is; its last part, 32 bytes, is what is worked on. */
  readonly challenge: string;
  /** Of each puzzle: zeros that its hash begins with. */
  readonly bits: number;
  /** Many small ones in place of a large one: the time is then about the same for everybody. */
  readonly puzzles: number;
}

/** More than any server asks: whoever does asks for what nobody waits for. */
const BITS_MAX = 22;
const PUZZLES_MAX = 64;
/** A page goes on between two slices, in milliseconds. */
const SLICE_MS = 12;
const HASHES_BETWEEN_LOOKS = 1_024;
/** A newer challenge may come where the work took too long, or more is asked by now. */
const ATTEMPTS_MAX = 3;

/**
 * Does what the refusal asks for and sends again, with the proof. What cannot be done rejects as the
 * refusal did, for whoever sends to wait and try again.
 */
export async function sendProven<T>(
  refusal: ApiError,
  send: (proof: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let refused = refusal;
  for (let attempt = 1; ; attempt += 1) {
    const { details } = refused;
    if (!isChallenge(details)) throw refused;
    const proof = await solve(details, signal);
    try {
      return await send(proof);
    } catch (error) {
      const isAsked = error instanceof ApiError && error.code === refusal.code;
      if (!isAsked || attempt === ATTEMPTS_MAX) throw error;
      refused = error;
    }
  }
}

const upTo =
  (most: number): Guard<number> =>
  (value): value is number =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;

const isChallenge = object<Challenge>({
  challenge: (value): value is string =>
    typeof value === 'string' && /^[\w-]+\.[\w-]{43}$/.test(value),
  bits: upTo(BITS_MAX),
  puzzles: upTo(PUZZLES_MAX),
});

/**
 * Finds, for each puzzle, a number such that SHA-256 of the seed, the puzzle's place and the number
 * (32 + 4 + 4 bytes, big-endian) begins with so many zeros. In slices, so that the page stays alive;
 * not in a worker, which the policies of a page may forbid, and which is not worth one second's work.
 *
 * @returns what the server takes as proof. Rejects with ApiError `aborted`
 */
export async function solve(
  { challenge, bits, puzzles }: Challenge,
  signal: AbortSignal,
): Promise<string> {
  const block = blockOf(challenge);
  const numbers: number[] = [];
  let began_ms = performance.now();
  for (let puzzle = 0; puzzle < puzzles; puzzle += 1) {
    block[8] = puzzle;
    let number = 0;
    for (; ; number += 1) {
      block[9] = number;
      if (firstWordOfHash(block) >>> (32 - bits) === 0) break;
      if (number % HASHES_BETWEEN_LOOKS > 0 || performance.now() - began_ms < SLICE_MS) continue;
      await breath();
      if (signal.aborted) throw new ApiError(0, 'aborted', 'The request was given up.');
      began_ms = performance.now();
    }
    numbers.push(number);
  }
  return `${challenge}.${numbers.join('-')}`;
}

/** The one block of SHA-256 that 40 bytes are: seed, two numbers yet to come, and the padding. */
function blockOf(challenge: string): Int32Array {
  const encoded = challenge.slice(challenge.lastIndexOf('.') + 1);
  const seed = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new DataView(new ArrayBuffer(32));
  for (let at = 0; at < 32; at += 1) bytes.setUint8(at, seed.charCodeAt(at));
  const block = new Int32Array(64);
  for (let word = 0; word < 8; word += 1) block[word] = bytes.getInt32(4 * word);
  block[10] = 0x80000000;
  block[15] = 40 * 8;
  return block;
}

/** A turn for whatever waits. Not a timer: those of hidden pages come once a second. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const pass = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', pass, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}

/** FIPS 180-4: fractions of the square roots of the first 8 primes. */
const START = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
/** And of the cube roots of the first 64. */
const ROUND = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/**
 * The first 32 bits of the SHA-256 of one block. Own, for Web Crypto is there in secure contexts alone,
 * and takes a turn of the loop for each hash: ten times as long.
 *
 * @param w the block's 16 words; the 48 behind them are written over
 */
export function firstWordOfHash(w: Int32Array): number {
  for (let i = 16; i < 64; i += 1) {
    const x = at(w, i - 15);
    const y = at(w, i - 2);
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = at(w, i - 16) + s0 + at(w, i - 7) + s1;
  }
  let a = at(START, 0);
  let b = at(START, 1);
  let c = at(START, 2);
  let d = at(START, 3);
  let e = at(START, 4);
  let f = at(START, 5);
  let g = at(START, 6);
  let h = at(START, 7);
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUND, i) + at(w, i)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + at(START, 0)) >>> 0;
}

/** Every place that is asked for is there. */
function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}
