import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FirstMessageProof } from '@parley/protocol';

/** For which message work is asked: for no other can it be used, and that one exists once (SYNC-2). */
export interface ProofOf {
  readonly siteId: number;
  readonly visitorId: number;
  /** In lower case. */
  readonly clientMessageId: string;
}

/**
 * With what a message comes, should it begin a conversation. Plain data: it goes along into
 * transactions.
 */
export interface Entrance {
  /** So many conversations of a site may begin within {@link RUSH_MS} for nothing; null: any number. */
  readonly free: number | null;
  /** What is asked in any case, for as many came from this address lately. */
  readonly floor_bits: number;
  readonly proven_bits: number;
}

/** What came as proof. `none`: nothing came. `bits`: what was worked for. */
export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'solved'; readonly bits: number }
  | {
      readonly kind: 'refused';
      readonly why: 'malformed' | 'forged' | 'foreign' | 'expired' | 'unsolved';
    };

/**
 * Many small puzzles in place of a large one: the work is then about the same for everybody, where one
 * alone takes now and then five times as long.
 */
export const PUZZLES = 16;
/** About 16,000 hashes, which nobody notices. */
const BITS_MIN = 10;
/** About a million: two seconds on a cheap phone, a third of one on a desktop. */
export const BITS_MAX = 16;
/** Asked of each first message where the site wants that. */
const BITS_ALWAYS = 12;
/** How far back it is looked how many conversations began. */
export const RUSH_MS = 5 * 60_000;
/** Of so many times the usual rate the most is asked; more need not be counted. */
export const RUSH_MAX = 8;
/** Enough for a phone that sleeps a moment; too little to lay up a store. */
const LIFETIME_S = 300;
/**
 * A challenge that was worked on counts though more is asked by now, so that nobody runs after a rising
 * tide; but not one of much calmer times.
 */
const SLACK_BITS = 2;
const PROOF_CHARS_MAX = 700;

/** The key that signs challenges, from the key of the installation: the same on all nodes. */
export function proofKeyFrom(appKey: string): string {
  return createHmac('sha256', appKey).update('parley proof of work').digest('base64url');
}

/**
 * How much is asked where so many conversations began lately; 0: nothing. Twice the work for each √2
 * of the rate, so that whoever comes in numbers pays for it more than by their number.
 *
 * @param begun within some time
 * @param free within that time, without anybody being asked
 */
export function bitsFor(begun: number, free: number): number {
  if (begun < free) return 0;
  return Math.min(BITS_MAX, BITS_MIN + Math.floor(2 * Math.log2(begun / free)));
}

/** Bits that are still to be worked for; 0: the conversation may begin. */
export function bitsMissing(
  when: FirstMessageProof,
  { free, floor_bits, proven_bits }: Entrance,
  begun: number,
): number {
  if (when === 'off') return 0;
  const rush = free === null ? 0 : bitsFor(begun, free);
  const asked = Math.max(rush, floor_bits, when === 'always' ? BITS_ALWAYS : 0);
  return proven_bits > 0 && proven_bits >= asked - SLACK_BITS ? 0 : asked;
}

/** A challenge that nobody else could have made. The signature is what is worked on: nobody knows it before. */
export function challengeOf(key: string, of: ProofOf, bits: number, now_ms: number): string {
  const until_s = Math.floor(now_ms / 1_000) + LIFETIME_S;
  const terms = [bits, until_s, of.siteId, of.visitorId, of.clientMessageId].join(' ');
  return `${Buffer.from(terms).toString('base64url')}.${signatureOf(key, terms).toString('base64url')}`;
}

/** @param proof a challenge, a point, and the number that solves each puzzle, with hyphens between */
export function judge(
  key: string,
  proof: string | undefined,
  of: ProofOf,
  now_ms: number,
): Verdict {
  if (proof === undefined) return { kind: 'none' };
  const parts = proof.length > PROOF_CHARS_MAX ? null : PROOF.exec(proof)?.groups;
  if (parts === undefined || parts === null) return { kind: 'refused', why: 'malformed' };
  const { terms: encoded = '', signature = '', numbers = '' } = parts;
  const terms = Buffer.from(encoded, 'base64url').toString();
  const seed = signatureOf(key, terms);
  const given = Buffer.from(signature, 'base64url');
  // Before anything is believed that stands there.
  if (given.length !== seed.length || !timingSafeEqual(given, seed)) {
    return { kind: 'refused', why: 'forged' };
  }
  const [bits, until_s, ...whose] = terms.split(' ');
  if (whose.join(' ') !== [of.siteId, of.visitorId, of.clientMessageId].join(' ')) {
    return { kind: 'refused', why: 'foreign' };
  }
  if (Number(until_s) * 1_000 < now_ms) return { kind: 'refused', why: 'expired' };
  if (!isSolved(seed, numbers.split('-').map(Number), Number(bits))) {
    return { kind: 'refused', why: 'unsolved' };
  }
  return { kind: 'solved', bits: Number(bits) };
}

const PROOF =
  /^(?<terms>[\w-]{1,300})\.(?<signature>[\w-]{43})\.(?<numbers>\d{1,10}(?:-\d{1,10})*)$/;

function signatureOf(key: string, terms: string): Buffer {
  return createHmac('sha256', key).update(terms).digest();
}

function isSolved(seed: Buffer, numbers: readonly number[], bits: number): boolean {
  if (numbers.length !== PUZZLES) return false;
  const block = Buffer.alloc(seed.length + 8);
  seed.copy(block);
  return numbers.every((number, puzzle) => {
    if (number > 0xffff_ffff) return false;
    block.writeUInt32BE(puzzle, seed.length);
    block.writeUInt32BE(number, seed.length + 4);
    return createHash('sha256').update(block).digest().readUInt32BE() >>> (32 - bits) === 0;
  });
}
