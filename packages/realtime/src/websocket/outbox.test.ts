import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batch, Outbox } from './outbox.ts';

const frame = (text: string): Buffer => Buffer.from(text);

describe('what a turn has for a socket', () => {
  test('is all its frames, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 20 }), (texts) => {
        const [first = '', ...rest] = texts;
        const batch = rest.reduce(
          (before, text) => before.with(frame(text)),
          new Batch(null, frame(first)),
        );
        expect(batch.bytes().toString()).toBe(texts.join(''));
        expect(batch.length).toBe(Buffer.byteLength(texts.join('')));
      }),
    );
  });

  test('is one buffer for all who get the same frames', () => {
    const outbox = new Outbox();
    const [a, b, c] = [frame('a'), frame('b'), frame('c')];
    const first = outbox.begin(a).with(b);
    const second = outbox.begin(a).with(b);
    expect(second.bytes()).toBe(first.bytes());
    const other = outbox.begin(a).with(c);
    expect(other.bytes().toString()).toBe('ac');
    expect(first.bytes().toString()).toBe('ab');
  });

  test('of one frame is that frame, uncopied', () => {
    const only = frame('only');
    expect(new Outbox().begin(only).bytes()).toBe(only);
  });
});

test('receivers are flushed once, after one more look at the sockets, and those added meanwhile after theirs', async () => {
  const outbox = new Outbox();
  const flushed: string[] = [];
  const late = { flush: () => void flushed.push('late') };
  outbox.add({
    flush: () => {
      flushed.push('first');
      outbox.add(late);
    },
  });
  outbox.add({ flush: () => void flushed.push('second') });
  await turn();
  expect(flushed).toEqual([]);
  await turn();
  expect(flushed).toEqual(['first', 'second']);
  await turn();
  await turn();
  expect(flushed).toEqual(['first', 'second', 'late']);
});

/** Of the event loop. */
async function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
