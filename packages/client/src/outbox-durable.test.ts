import { expect, test } from 'vitest';
import type { OutboxStore, StoredEntry } from './outbox-store.ts';
import { Desk } from './testing/desk.ts';
import { Random } from './testing/random.ts';
import { SimulatedOutboxStore } from './testing/simulated-browser.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';

/** The disk of one browser, and the pages that come and go in it. */
class Browser {
  readonly clock = new SimulatedClock();
  readonly store = new SimulatedOutboxStore(this.clock, new Random(1));

  async open(owner = 'me', conversationId: number | null = null): Promise<Desk> {
    const desk = new Desk({ clock: this.clock, store: this.store, conversationId });
    void desk.outbox.belongTo(owner);
    await this.clock.advance(20);
    return desk;
  }

  /** As a third tab keeps it. */
  async storedLater(text: string): Promise<StoredEntry> {
    const desk = await this.open();
    desk.outbox.lead(false);
    await desk.write(text);
    await this.clock.advance(20);
    const entry = [...this.store.entries.values()].find((one) => one.text === text);
    if (entry === undefined) throw new Error('it was not kept');
    return entry;
  }

  get kept(): string[] {
    return [...this.store.entries.values()].map(({ text }) => text);
  }
}

test('[SYNC-9] after a reload the queue goes on where it was: in order, with the same ids', async () => {
  const browser = new Browser();
  const first = await browser.open();
  await first.write('a', 'b', 'c');
  await browser.clock.advance(20);
  first.outbox.close();

  const second = await browser.open();
  expect(second.states).toEqual(['a sending', 'b waiting', 'c waiting']);
  await second.write('d');
  await browser.clock.advance(20);
  for (let sent = 0; sent < 4; sent += 1) await second.accept();
  expect(second.texts).toEqual(['a', 'b', 'c', 'd']);
  expect(second.asked[0]?.entry.clientMessageId).toBe(first.asked[0]?.entry.clientMessageId);
});

test('[SYNC-9] what is written while the older is still being read goes after it', async () => {
  const browser = new Browser();
  const first = await browser.open();
  await first.write('a');
  first.outbox.close();
  const second = new Desk({ clock: browser.clock, store: browser.store });
  void second.outbox.belongTo('me');
  second.outbox.add('b');
  expect(second.texts).toEqual([]);
  await browser.clock.advance(20);
  expect(second.texts).toEqual(['a']);
  await second.accept();
  expect(second.texts).toEqual(['a', 'b']);
});

test('[SYNC-9] nothing is sent before it is kept', async () => {
  let stored: () => void = () => undefined;
  const store: OutboxStore = {
    load: () => Promise.resolve([]),
    put: () => new Promise((resolve) => (stored = resolve)),
    remove: () => Promise.resolve(),
  };
  const desk = await new Desk({ store }).open();
  await desk.write('a');
  expect(desk.texts).toEqual([]);
  stored();
  await desk.clock.advance(0);
  expect(desk.texts).toEqual(['a']);
});

test('[SYNC-9] what is acknowledged is not kept any longer, nor what was discarded', async () => {
  const browser = new Browser();
  const desk = await browser.open();
  const id = await desk.write('a');
  await desk.write('b');
  await browser.clock.advance(20);
  expect(browser.kept).toEqual(['a', 'b']);
  await desk.refuse(422);
  await browser.clock.advance(20);
  await desk.accept();
  expect(browser.kept).toEqual(['a']);
  desk.outbox.discard(id);
  expect(browser.kept).toEqual([]);
});

test('[SYNC-9] a failed message is there after a reload, with its reason, Retry and place', async () => {
  const browser = new Browser();
  const first = await browser.open();
  const id = await first.write('a');
  await browser.clock.advance(20);
  await first.refuse(422, 'why');
  first.outbox.close();

  const second = await browser.open();
  expect(second.outbox.entries[0]?.state).toEqual({
    kind: 'failed',
    error: { code: 'why', message: 'why' },
    afterSeq: 0,
  });
  expect(second.texts).toEqual([]);
  await second.write('b');
  await browser.clock.advance(20);
  second.outbox.retry(id);
  await browser.clock.advance(20);
  await second.accept();
  expect(second.texts).toEqual(['b', 'a']);
});

test("[SYNC-9] another owner's messages are neither sent nor shown, and are there when that one is back", async () => {
  const browser = new Browser();
  const first = await browser.open('agent:1', 5);
  await first.write('mine');
  await browser.clock.advance(20);
  first.outbox.close();
  const others = [await browser.open('agent:2', 5), await browser.open('agent:1', 6)];
  for (const desk of others) expect({ texts: desk.texts, states: desk.states }).toEqual(NOTHING);
  const again = await browser.open('agent:1', 5);
  expect(again.texts).toEqual(['mine']);
});

const NOTHING = { texts: [], states: [] };

test('[SYNC-9] what was written before it was known who writes goes along', async () => {
  const browser = new Browser();
  const first = await browser.open('nobody yet');
  first.outbox.hold();
  await first.write('a');
  await browser.clock.advance(20);
  first.outbox.close();

  const second = await browser.open('nobody yet');
  void second.outbox.belongTo('visitor');
  await browser.clock.advance(20);
  second.outbox.close();
  expect((await browser.open('nobody yet')).states).toEqual([]);
  expect((await browser.open('visitor')).states).toEqual(['a sending']);
});

test('a visitor who is forgotten leaves nothing behind', async () => {
  const browser = new Browser();
  const desk = await browser.open();
  await desk.write('a', 'b');
  await browser.clock.advance(20);
  desk.outbox.clear();
  expect(browser.kept).toEqual([]);
  await browser.clock.advance(20);
  expect((await browser.open()).states).toEqual([]);
});

test.each(['refuses', 'hangs'] as const)(
  '[SYNC-9] storage that %s: it says so, and messages are sent all the same',
  async (fault) => {
    const browser = new Browser();
    browser.store.fault = fault;
    const desk = await browser.open();
    await desk.write('a');
    await browser.clock.advance(2_100);
    expect({ texts: desk.texts, durable: desk.durable }).toEqual({ texts: ['a'], durable: false });

    // As soon as there is room, what waits is kept as well.
    browser.store.fault = 'works';
    await desk.write('b');
    await browser.clock.advance(20);
    expect({ kept: browser.kept.sort(), durable: desk.durable }).toEqual({
      kept: ['a', 'b'],
      durable: true,
    });
  },
);

test.each([
  ['by itself', () => undefined],
  ['at once when the page is looked at', (desk: Desk) => desk.kick()],
])('[SYNC-9] storage that hangs while a page loads is asked again: %s', async (how, look) => {
  const browser = new Browser();
  const first = await browser.open();
  first.outbox.hold();
  await first.write('a');
  await browser.clock.advance(20);
  first.outbox.close();

  browser.store.fault = 'hangs';
  const second = await browser.open();
  await browser.clock.advance(60_000);
  expect(second.states).toEqual([]);
  browser.store.fault = 'works';
  look(second);
  await browser.clock.advance(how === 'by itself' ? 30_000 : 20);
  expect(second.texts).toEqual(['a']);
});

test('[SYNC-10] what a tab kept and could not tell goes first, as it is shown there', async () => {
  const browser = new Browser();
  const leading = await browser.open();
  const left = await browser.open();
  left.outbox.lead(false);
  await left.write('a');
  await browser.clock.advance(20);
  await leading.write('b');
  await browser.clock.advance(20);
  expect(leading.states).toEqual(['a sending', 'b waiting']);

  // Also where it is told of a later one by a tab that knows no more.
  await left.write('c');
  const later = await browser.storedLater('d');
  leading.outbox.hear({ kind: 'put', entry: later });
  await leading.accept();
  await browser.clock.advance(20);
  await leading.accept();
  await leading.accept();
  await leading.accept();
  expect(leading.texts).toEqual(['a', 'b', 'c', 'd']);
});

test('[SYNC-9] what was sent need not be kept: durable again', async () => {
  const browser = new Browser();
  browser.store.fault = 'refuses';
  const desk = await browser.open();
  await desk.write('a');
  await browser.clock.advance(20);
  expect(desk.durable).toBe(false);
  await desk.accept();
  expect(desk.durable).toBe(true);
});

test('[SYNC-9] the clock set back two hours: the order of writing stays', async () => {
  const browser = new Browser();
  const first = await browser.open();
  first.outbox.hold();
  await first.write('a');
  await browser.clock.advance(20);
  browser.clock.set(browser.clock.now_ms() - 7_200_000);
  await first.write('b');
  await browser.clock.advance(20);
  first.outbox.close();
  expect((await browser.open()).states).toEqual(['a sending', 'b waiting']);
});

test('[SYNC-9] what was written while storage hung is kept before what is written when it works again', async () => {
  const browser = new Browser();
  const first = await browser.open();
  browser.store.fault = 'hangs';
  await first.write('a');
  await browser.clock.advance(500);
  browser.store.fault = 'works';
  await first.write('b');
  expect(browser.kept).toEqual(['a', 'b']);
});
