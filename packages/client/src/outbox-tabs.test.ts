import type { Message } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { OutboxNews } from './outbox-news.ts';
import { Desk, messageOf } from './testing/desk.ts';
import { Random } from './testing/random.ts';
import { SimulatedOutboxStore } from './testing/simulated-browser.ts';
import { SimulatedClock } from './testing/simulated-clock.ts';

/** Two tabs of one browser: one that sends, and one that may miss what is told. */
class Tabs {
  readonly clock = new SimulatedClock();
  readonly store = new SimulatedOutboxStore(this.clock, new Random(1));
  isFrozen = false;
  /** One more tab, where there is one. */
  heardByThird: (news: OutboxNews) => void = () => undefined;
  readonly leading: Desk = this.#tab((news) => {
    if (!this.isFrozen) this.other.outbox.hear(news);
    this.heardByThird(news);
  });
  readonly other: Desk = this.#tab((news) => {
    this.leading.outbox.hear(news);
    this.heardByThird(news);
  });

  #tab(tell: (news: OutboxNews) => void): Desk {
    return new Desk({ clock: this.clock, store: this.store, tell });
  }

  /** Both show one message. Returns its id. */
  async write(text: string): Promise<string> {
    for (const { outbox } of [this.leading, this.other]) void outbox.belongTo('me');
    this.other.outbox.lead(false);
    await this.pass();
    const id = await this.other.write(text);
    await this.pass();
    expect(this.states).toEqual([[`${text} sending`], [`${text} waiting`]]);
    return id;
  }

  async pass(): Promise<void> {
    await this.clock.advance(20);
  }

  get states(): (readonly string[])[] {
    return [this.leading.states, this.other.states];
  }
}

test('[SYNC-9][SYNC-10] a tab that missed a failure learns of it, and does not undo it', async () => {
  const tabs = new Tabs();
  await tabs.write('a');
  tabs.isFrozen = true;
  await tabs.leading.refuse(422);
  await tabs.pass();
  expect(tabs.states).toEqual([['a failed'], ['a waiting']]);
  tabs.isFrozen = false;
  tabs.other.outbox.tellAgain();
  await tabs.pass();
  expect(tabs.states).toEqual([['a failed'], ['a failed']]);
  expect(tabs.leading.texts).toEqual(['a']);
});

test('[SYNC-9] a full disk that kept a message before it failed does not bring it back', async () => {
  const tabs = new Tabs();
  const id = await tabs.write('a');
  tabs.store.fault = 'refuses';
  await tabs.leading.refuse(422);
  await tabs.pass();
  tabs.store.fault = 'works';
  expect(tabs.store.entries.get(id)?.failed).toBeNull();
  // Told to lead once more, it reads what is kept.
  tabs.leading.outbox.lead(true);
  await tabs.pass();
  expect(tabs.states).toEqual([['a failed'], ['a failed']]);
});

test('[SYNC-9] what was discarded stays so for a tab that missed it, unless it is sent again there', async () => {
  const tabs = new Tabs();
  const id = await tabs.write('a');
  tabs.isFrozen = true;
  await tabs.leading.refuse(422);
  await tabs.pass();
  tabs.leading.outbox.discard(id);
  tabs.isFrozen = false;
  tabs.other.outbox.tellAgain();
  await tabs.pass();
  expect(tabs.leading.states).toEqual([]);

  const second = new Tabs();
  const other = await second.write('b');
  await second.leading.refuse(422);
  await second.pass();
  second.isFrozen = true;
  second.leading.outbox.discard(other);
  second.isFrozen = false;
  second.other.outbox.retry(other);
  await second.pass();
  expect(second.states).toEqual([['b sending'], ['b waiting']]);
});

test('[SYNC-10] a tab that loads tells of a message that has gone long since: nobody shows it once more, below what came after it', async () => {
  const tabs = new Tabs();
  for (const { outbox } of [tabs.leading, tabs.other]) void outbox.belongTo('me');
  tabs.other.outbox.lead(false);
  // It keeps what is written in it, and cannot talk to the others yet.
  let isJoined = false;
  const loading = new Desk({
    clock: tabs.clock,
    store: tabs.store,
    tell: (news) => {
      if (isJoined) for (const { outbox } of [tabs.leading, tabs.other]) outbox.hear(news);
    },
  });
  loading.outbox.hold();
  void loading.outbox.belongTo('me');
  await tabs.pass();
  await loading.write('a');
  await tabs.pass();
  await tabs.leading.write('b');
  await tabs.pass();
  await tabs.leading.accept();
  await tabs.pass();
  await tabs.leading.accept();
  await tabs.pass();
  expect(tabs.leading.texts).toEqual(['a', 'b']);
  expect(tabs.other.states).toEqual(['b acknowledged']);

  isJoined = true;
  tabs.heardByThird = (news) => loading.outbox.hear(news);
  loading.outbox.tellAgain();
  await tabs.pass();
  expect(tabs.other.states).toEqual(['b acknowledged']);
  expect(loading.states).toEqual(['a acknowledged']);
});

test('[SYNC-10] what another tab was told to be there does not wait again when a request ends without an answer', async () => {
  const tabs = new Tabs();
  await tabs.write('a');
  // It stood still with the message under way; meanwhile the other one sent it.
  tabs.leading.outbox.lead(false);
  tabs.other.outbox.lead(true);
  await tabs.pass();
  await tabs.other.accept();
  await tabs.pass();
  expect(tabs.leading.states).toEqual(['a acknowledged']);
  await tabs.leading.refuse(0);
  expect(tabs.leading.states).toEqual(['a acknowledged']);
});

test('[SYNC-10] a tab with less history learns that a message is there from one that shows it', async () => {
  const tabs = new Tabs();
  const id = await tabs.write('a');
  let message: Message | null = null;
  tabs.heardByThird = (news) => {
    if (news.kind === 'acknowledged') ({ message } = news.answer);
  };
  tabs.isFrozen = true;
  await tabs.leading.accept();
  tabs.isFrozen = false;
  expect(tabs.other.states).toEqual(['a waiting']);
  tabs.leading.outbox.close();

  // Loaded anew: it knows nothing of the answer, but its log shows the message.
  const reloaded = new Desk({ clock: tabs.clock, tell: (news) => tabs.other.outbox.hear(news) });
  void reloaded.outbox.belongTo('me');
  await tabs.pass();
  reloaded.outbox.hold();
  tabs.heardByThird = (news) => reloaded.outbox.hear(news);
  tabs.other.outbox.tellAgain();
  reloaded.outbox.shown(id, message);
  expect(tabs.other.states).toEqual(['a acknowledged']);
});

test('[SYNC-2][SYNC-10] a tab that missed a message being shown learns that it was sent: it waits nowhere again', async () => {
  const tabs = new Tabs();
  const id = await tabs.write('a');
  const [{ entry } = {}] = tabs.leading.asked;
  if (entry === undefined) throw new Error('nothing was sent');
  tabs.isFrozen = true;
  // Its event came, and no answer; then another conversation began there.
  tabs.leading.outbox.shown(id, messageOf(entry, 1));
  await tabs.pass();
  expect(tabs.states).toEqual([[], ['a waiting']]);
  tabs.isFrozen = false;
  tabs.other.outbox.tellAgain();
  await tabs.pass();
  expect(tabs.states).toEqual([[], ['a acknowledged']]);
  expect(tabs.leading.texts).toEqual(['a']);
});
