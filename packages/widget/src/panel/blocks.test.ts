import type { LogMessage } from '@parley/client';
import { describe, expect, it } from 'vitest';
import { own, theirs } from '../testing/hand-driven-chat.ts';
import { blocksOf, sameItems } from './blocks.ts';
import { groupMessages } from './groups.ts';

const HOUR_MS = 3_600_000;

/** Some of a long talk, with edits and marks taking places in between. */
function talk(from: number, to: number): LogMessage[] {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const fields = { id: n, seq: n * 2, created_at_ms: n * HOUR_MS };
    return n % 3 === 0 ? own(`m${n}`, 'mine', fields) : theirs(`m${n}`, 'theirs', fields);
  });
}
const items = (messages: readonly LogMessage[]) =>
  groupMessages(messages, (at_ms) => String(Math.floor(at_ms / 86_400_000)));

describe('blocks of the log', () => {
  it('hold everything once, in order', () => {
    const all = items(talk(1, 1_000));
    const blocks = blocksOf(all);
    expect(blocks.length).toBeGreaterThan(20);
    expect(blocks.flatMap((block) => block.items)).toEqual(all);
    expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length);
    for (const block of blocks) expect(block.items.at(-1)?.kind).toBe('group');
  });

  it('older history and new messages leave the others as they are', () => {
    const all = talk(300, 900);
    const now = blocksOf(items(all.slice(200)));
    const later = blocksOf(items([...all, own('new', 'x', { seq: null, id: null })]));
    const middle = now.slice(1, -1);
    for (const block of middle) {
      const same = later.find(({ key }) => key === block.key);
      expect(sameItems(block.items, same?.items ?? [])).toBe(true);
    }
    // What is under way is in the last one, and that one alone is another.
    expect(later.at(-1)?.key).toBe(now.at(-1)?.key);
    expect(sameItems(later.at(-1)?.items ?? [], now.at(-1)?.items ?? [])).toBe(false);
  });

  it('a changed message is another block', () => {
    const [first, ...rest] = talk(1, 20);
    const before = items([...(first ? [first] : []), ...rest]);
    const after = items([...(first ? [{ ...first, text: 'edited' }] : []), ...rest]);
    expect(sameItems(before, items([...(first ? [first] : []), ...rest]))).toBe(true);
    expect(sameItems(before, after)).toBe(false);
  });
});
