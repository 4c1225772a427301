import { expect, test } from 'vitest';
import type { Enclosure } from './enclosure.ts';
import { memoryOutbox } from './outbox-store.ts';
import { Desk } from './testing/desk.ts';

const file = (name: string): Enclosure => ({
  files: [{ name, type: 'text/plain', blob: new Blob([name]) }],
  recording: null,
});

test('[SYNC-9] files stay in order with texts, tell how far they are, and outlive the page', async () => {
  const store = memoryOutbox();
  const before = await new Desk({ store }).open();
  await before.write('a');
  before.outbox.add('', { enclosure: file('plan.txt') });
  await before.write('b');
  await before.accept();
  before.asked.at(-1)?.onProgress(0.5);
  expect(before.outbox.entries.map(({ state }) => state)).toMatchObject([
    { kind: 'acknowledged' },
    { kind: 'sending', progress: 0.5 },
    { kind: 'waiting' },
  ]);
  before.outbox.close();

  const after = await new Desk({ store }).open();
  expect(after.asked.map(({ entry }) => entry.enclosure?.files[0]?.name)).toEqual(['plan.txt']);
  expect(await after.asked[0]?.entry.enclosure?.files[0]?.blob.text()).toBe('plan.txt');
  await after.refuse(413, 'payload_too_large');
  expect(after.states).toEqual([' failed', 'b sending']);
});

test('[SYNC-9] files may be given up until they have arrived; what follows goes on', async () => {
  const desk = await new Desk().open();
  const underWay = desk.outbox.add('', { enclosure: file('a') });
  const waiting = desk.outbox.add('', { enclosure: file('b') });
  const text = await desk.write('text');
  desk.outbox.discard(waiting);
  desk.outbox.discard(text);
  expect(desk.states).toEqual([' sending', 'text waiting']);
  desk.outbox.discard(underWay);
  await desk.clock.advance(0);
  expect(desk.asked[0]?.signal.aborted).toBe(true);
  expect(desk.states).toEqual(['text sending']);
});
