import { expect, test } from 'vitest';
import { Desk } from './testing/desk.ts';

test('[SYNC-9] one at a time, in the order of typing', async () => {
  const desk = await new Desk().open();
  await desk.write('a', 'b', 'c');
  expect(desk.texts).toEqual(['a']);
  await desk.accept();
  expect(desk.texts).toEqual(['a', 'b']);
  await desk.accept();
  await desk.accept();
  expect(desk.states).toEqual(['a acknowledged', 'b acknowledged', 'c acknowledged']);
});

test.each([
  ['no network', 0],
  ['a timeout of a proxy', 408],
  ['too many', 429],
  ['a server error', 500],
  ['a restart', 503],
])('[SYNC-2][SYNC-9] %s holds the queue, and the same message is sent again', async (_, status) => {
  const desk = await new Desk().open();
  const id = await desk.write('a');
  await desk.write('b');
  await desk.refuse(status);
  expect(desk.states).toEqual(['a waiting', 'b waiting']);
  await desk.clock.advance(2_000);
  expect(desk.texts).toEqual(['a', 'a']);
  expect(new Set(desk.asked.map(({ entry }) => entry.clientMessageId))).toEqual(new Set([id]));
  await desk.accept();
  expect(desk.texts).toEqual(['a', 'a', 'b']);
});

test.each([400, 403, 404, 409, 413, 415, 422])(
  '[SYNC-9] %i fails that message and lets the next pass',
  async (status) => {
    const desk = await new Desk().open();
    await desk.write('a');
    await desk.write('b');
    await desk.refuse(status, 'why');
    expect(desk.outbox.entries[0]?.state).toMatchObject({ kind: 'failed', error: { code: 'why' } });
    expect(desk.texts).toEqual(['a', 'b']);
  },
);

test('[SYNC-9] Retry sends a failed message after what was written since; Discard drops it', async () => {
  const desk = await new Desk().open();
  const first = await desk.write('a');
  await desk.write('b', 'c');
  await desk.refuse(422);
  desk.outbox.retry(first);
  expect(desk.states).toEqual(['b sending', 'c waiting', 'a waiting']);
  await desk.accept();
  await desk.accept();
  await desk.refuse(422);
  desk.outbox.discard(first);
  expect(desk.states).toEqual(['b acknowledged', 'c acknowledged']);
});

test('[SYNC-9] Retry-After is waited for, whoever wakes the queue', async () => {
  const desk = await new Desk().open();
  await desk.write('a');
  await desk.refuse(429, 'rate_limited', 20);
  desk.outbox.wake();
  await desk.clock.advance(19_900);
  expect(desk.texts).toEqual(['a']);
  await desk.clock.advance(2_200);
  expect(desk.texts).toEqual(['a', 'a']);
});

test('[RT-4] what waits for the network goes at once when it is back', async () => {
  const desk = await new Desk().open();
  await desk.write('a');
  for (let failures = 0; failures < 5; failures += 1) {
    await desk.refuse(0, 'network');
    await desk.clock.advance(30_000);
  }
  await desk.refuse(0, 'network');
  const before = desk.texts.length;
  desk.outbox.wake();
  await desk.clock.advance(0);
  expect(desk.texts).toHaveLength(before + 1);
});

test('[SYNC-9] a refused session holds the queue until there is a new one', async () => {
  const desk = await new Desk().open();
  await desk.write('a');
  await desk.refuse(401, 'unauthenticated');
  await desk.clock.advance(600_000);
  expect({ texts: desk.texts, unauthorized: desk.unauthorized }).toEqual({
    texts: ['a'],
    unauthorized: 1,
  });
  desk.outbox.wake();
  expect(desk.texts).toEqual(['a', 'a']);
});

test('[SYNC-10] whichever comes first: the event ends the wait for an answer that hangs', async () => {
  const desk = await new Desk().open();
  const id = await desk.write('a');
  await desk.write('b');
  desk.outbox.shown(id, null);
  await desk.clock.advance(0);
  expect(desk.asked[0]?.signal.aborted).toBe(false);
  expect(desk.states).toEqual(['b sending']);
});

test('[SYNC-10] a failed message knows the place where it was shown', async () => {
  const desk = await new Desk({ shownUpTo: 12 }).open();
  await desk.write('a');
  await desk.refuse(422);
  expect(desk.outbox.entries[0]?.state).toMatchObject({ kind: 'failed', afterSeq: 12 });
});
