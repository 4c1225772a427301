import { describe, expect, test } from 'vitest';
import { solved } from '../testing/prove.ts';
import {
  bitsFor,
  BITS_MAX,
  bitsMissing,
  challengeOf,
  judge,
  proofKeyFrom,
  PUZZLES,
} from './proof.ts';

const KEY = proofKeyFrom('the key of the installation');
const OF = { siteId: 1, visitorId: 7, clientMessageId: '5f0c9f5e-0b1d-4d5e-8f7e-6a4b1f0e7c11' };
const NOW_MS = 1_760_000_000_000;
const BITS = 4;

const task = (key = KEY, bits = BITS) => ({
  challenge: challengeOf(key, OF, bits, NOW_MS),
  bits,
  puzzles: PUZZLES,
  client_message_id: OF.clientMessageId,
  reason: 'none',
});

describe('[SEC-4] a proof of work', () => {
  const proof = solved(task());
  const verdict = (given: string, of = OF, now_ms = NOW_MS) => judge(KEY, given, of, now_ms);

  test('counts for its message alone, while it is fresh', () => {
    expect(verdict(proof)).toEqual({ kind: 'solved', bits: BITS });
    for (const other of [
      { ...OF, siteId: 2 },
      { ...OF, visitorId: 8 },
      { ...OF, clientMessageId: '5f0c9f5e-0b1d-4d5e-8f7e-6a4b1f0e7c12' },
    ]) {
      expect(verdict(proof, other)).toEqual({ kind: 'refused', why: 'foreign' });
    }
    expect(verdict(proof, OF, NOW_MS + 299_000).kind).toBe('solved');
    expect(verdict(proof, OF, NOW_MS + 301_000)).toEqual({ kind: 'refused', why: 'expired' });
  });

  test('is worth nothing where its terms were written by somebody else', () => {
    const [terms = '', signature = '', numbers = ''] = proof.split('.');
    const easier = Buffer.from(
      Buffer.from(terms, 'base64url').toString().replace(/^\d+/, '0'),
    ).toString('base64url');
    const forged = { kind: 'refused', why: 'forged' };
    expect(verdict(`${easier}.${signature}.${numbers}`)).toEqual(forged);
    expect(verdict(solved(task(proofKeyFrom('another key'))))).toEqual(forged);
  });

  test('is worth nothing unless every puzzle is solved', () => {
    const [terms = '', signature = '', numbers = ''] = proof.split('.');
    const list = numbers.split('-').map(Number);
    const with_ = (numbers: readonly number[]) => `${terms}.${signature}.${numbers.join('-')}`;
    const unsolved = { kind: 'refused', why: 'unsolved' };
    for (const wrong of [
      list.slice(1),
      [...list, 0],
      list.toReversed(),
      list.map((number) => number + 2 ** 32),
    ]) {
      expect(verdict(with_(wrong))).toEqual(unsolved);
    }
  });

  test.each([
    '',
    '.',
    'a.b.c',
    `${proof}-`,
    `${proof} `,
    proof.replace('.', ''),
    `${proof}${'-1'.repeat(400)}`,
  ])('that is none is no defect: %.20s', (given) => {
    expect(verdict(given)).toEqual({ kind: 'refused', why: 'malformed' });
  });
});

describe('[SEC-4] how much work is asked', () => {
  const entrance = { free: 100, floor_bits: 0, proven_bits: 0 };

  test('nothing in peace, more the more come, never more than a cheap phone can do', () => {
    const asked = [0, 99, 100, 150, 200, 400, 800, 100_000].map((begun) => bitsFor(begun, 100));
    expect(asked).toEqual([0, 0, 10, 11, 12, 14, BITS_MAX, BITS_MAX]);
    // 16 puzzles of 2^16 hashes: two seconds where a phone makes half a million a second.
    expect(PUZZLES * 2 ** BITS_MAX).toBeLessThan(1_100_000);
  });

  test('1,000 that come at once pay with over a hundred million hashes', () => {
    let hashes = 0;
    for (let begun = 0; begun < 1_000; begun += 1) {
      const bits = bitsFor(begun, 100);
      if (bits > 0) hashes += PUZZLES * 2 ** bits;
    }
    expect(hashes).toBeGreaterThan(100_000_000);
  });

  test('is what the site wants: always some, never any, or by the rush of site and address', () => {
    expect(bitsMissing('auto', entrance, 99)).toBe(0);
    expect(bitsMissing('auto', entrance, 400)).toBe(14);
    expect(bitsMissing('auto', { ...entrance, floor_bits: 11 }, 0)).toBe(11);
    expect(bitsMissing('always', entrance, 0)).toBe(12);
    expect(bitsMissing('off', { ...entrance, floor_bits: 11 }, 800)).toBe(0);
    // Without limits nothing is a rush.
    expect(bitsMissing('auto', { ...entrance, free: null }, 800)).toBe(0);
    expect(bitsMissing('always', { ...entrance, free: null }, 0)).toBe(12);
  });

  test('whoever did what was asked need not run after a rising tide, but laying up a store is in vain', () => {
    const proven = (proven_bits: number) => bitsMissing('auto', { ...entrance, proven_bits }, 400);
    expect([14, 13, 12, 11].map(proven)).toEqual([0, 0, 0, 14]);
  });
});
