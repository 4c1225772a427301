import { expect, test } from 'vitest';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { SITE } from './testing/simulated-server.ts';
import { rowsOf, Simulation } from './testing/simulation.ts';

/** Texts as the server has them, in its order. */
function committed(world: Simulation): string[] {
  return [...world.server.conversations.values()].flatMap(({ messages }) =>
    messages.map(({ text }) => text),
  );
}

// Before it is kept, while it is under way, between commit and answer, and after.
const MOMENTS_ms = [0, 1, 5, 20, 60, 100, 150, 400];

test.each(MOMENTS_ms)(
  '[SYNC-2][SYNC-9] a visitor whose page is gone %i ms after Send finds everything, once and in order',
  async (moment_ms) => {
    const world = new Simulation(3, 'reverb');
    const before = world.visitor('visitor');
    before.start();
    await world.clock.advance(2_000);
    for (const text of ['a', 'b', 'c']) before.send(text);
    await world.clock.advance(moment_ms);
    world.crash('visitor');
    await world.clock.advance(500);

    const after = world.visitor('visitor');
    after.start();
    after.send('d');
    await world.clock.advance(5_000);
    expect(committed(world)).toEqual(['a', 'b', 'c', 'd']);
    expect(rowsOf(after).map(({ text, state }) => `${text} ${state}`)).toEqual(
      ['a', 'b', 'c', 'd'].map((text) => `${text} sent`),
    );
    expect(world.outbox.entries.size).toBe(0);
  },
);

test('[SYNC-9] what a new visitor wrote before the server ever answered is sent after the reload', async () => {
  const world = new Simulation(3, 'reverb');
  world.network.faults.http = 'down';
  const before = world.visitor('visitor');
  before.start();
  before.send('is anybody there?');
  await world.clock.advance(10_000);
  world.crash('visitor');
  const after = world.visitor('visitor');
  after.start();
  await world.clock.advance(10);
  // Shown before the server answers.
  expect(rowsOf(after)).toMatchObject([{ text: 'is anybody there?', state: 'sending' }]);
  world.network.heal();
  await world.clock.advance(60_000);
  expect(committed(world)).toEqual(['is anybody there?']);
});

test('[SYNC-9] what a page wrote that ended before it knew its visitor, another tab of theirs sends', async () => {
  const world = new Simulation(3, 'reverb');
  world.network.faults.http = 'down';
  const before = world.visitor('before');
  before.start();
  before.send('is anybody there?');
  await world.clock.advance(100);
  world.crash('before');
  world.network.heal();
  // A tab that cannot read what lies there begins the visitor.
  const first = world.visitor('first');
  world.outbox.fault = 'refuses';
  first.start();
  await world.clock.advance(5_000);
  world.crash('first');
  expect(committed(world)).toEqual([]);
  world.outbox.fault = 'works';
  const after = world.visitor('after');
  after.start();
  after.send('hello?');
  await world.clock.advance(5_000);
  expect(committed(world)).toEqual(['is anybody there?', 'hello?']);
  expect(world.outbox.entries.size).toBe(0);
});

test('[SYNC-9] a browser whose token is gone is another visitor: nothing of the one before', async () => {
  const world = new Simulation(3, 'reverb');
  const before = world.visitor('visitor');
  before.start();
  await world.clock.advance(2_000);
  world.network.faults.http = 'down';
  before.send('mine alone');
  await world.clock.advance(100);
  world.crash('visitor');
  world.network.heal();
  const storage = world.storage.tab('visitor');
  storage.removeItem(`parley:visitor:${SITE}`);

  const after = world.visitor('visitor');
  after.start();
  await world.clock.advance(60_000);
  expect(rowsOf(after)).toEqual([]);
  expect(committed(world)).toEqual([]);
});

test('[SYNC-9] what is written after a reset outlives the page, though storage answers the visitor before too late', async () => {
  const world = new Simulation(3, 'reverb');
  world.outbox.fault = 'hangs';
  const before = world.visitor('before');
  before.start();
  await world.clock.advance(5_000);
  world.network.faults.http = 'down';
  before.reset();
  before.start();
  world.outbox.fault = 'works';
  before.send('of the next visitor');
  await world.clock.advance(60_000);
  world.crash('before');
  world.network.heal();
  const after = world.visitor('after');
  after.start();
  await world.clock.advance(5_000);
  expect(committed(world)).toEqual(['of the next visitor']);
});

test('[SYNC-9] who is forgotten before the server ever answered leaves nothing to the next visitor', async () => {
  const world = new Simulation(3, 'reverb');
  world.network.faults.http = 'down';
  const before = world.visitor('before');
  before.start();
  before.send('mine alone');
  await world.clock.advance(100);
  world.crash('before');
  // It cannot know yet what lies there.
  world.outbox.fault = 'hangs';
  const after = world.visitor('after');
  after.start();
  await world.clock.advance(100);
  after.reset();
  after.start();
  world.outbox.fault = 'works';
  world.network.heal();
  after.send('of the next visitor');
  await world.clock.advance(60_000);
  expect(committed(world)).toEqual(['of the next visitor']);
  expect(world.outbox.entries.size).toBe(0);
});

test('[SYNC-9] words that a page left behind are sent in the session that another tab began, when the server forgot theirs', async () => {
  const world = new Simulation(3, 'reverb');
  const tabs = ['left', 'kept'].map((name) => world.visitor(name));
  for (const tab of tabs) tab.start();
  await world.clock.advance(2_000);
  world.freeze('left');
  world.server.forgetVisitors();
  for (const socket of Array.from(world.openSockets)) socket.close();
  tabs[1]?.reconnectNow();
  await world.clock.advance(60_000);
  // It learns that there is another session, and does not get into it.
  world.network.faults.http = 'down';
  world.thaw('left');
  tabs[0]?.send('do not lose this');
  await world.clock.advance(10);
  for (const name of ['left', 'kept']) world.crash(name);
  world.network.heal();

  const again = world.visitor('again');
  again.start();
  await world.clock.advance(10_000);
  expect(committed(world)).toEqual(['do not lose this']);
});

test('[SYNC-9][SEC-1] a page that was away while another tab forgot the visitor does not send their words as those of the next', async () => {
  const world = new Simulation(3, 'reverb');
  const page = new SimulatedPage();
  const [away, here] = [world.visitor('away', page), world.visitor('here')];
  for (const tab of [away, here]) tab.start();
  await world.clock.advance(2_000);
  world.network.faults.http = 'down';
  world.freeze('here');
  away.send('of the one before');
  await world.clock.advance(50);
  world.freeze('away');
  world.network.heal();
  world.thaw('here');
  here.reset();
  here.start();
  await world.clock.advance(5_000);
  // All that it missed comes at once: the visitor is another one by then.
  world.thaw('away');
  page.send('pageshow');
  await world.clock.advance(60_000);
  expect(committed(world)).toEqual([]);
  expect([rowsOf(away), rowsOf(here)]).toEqual([[], []]);
  expect(world.outbox.entries.size).toBe(0);
});

test.each(MOMENTS_ms)(
  '[SYNC-9] an agent whose page is gone %i ms after Send: it is sent, the conversation open or not',
  async (moment_ms) => {
    const world = new Simulation(3, 'reverb');
    const visitor = world.visitor('visitor', new SimulatedPage());
    visitor.start();
    visitor.send('hello');
    await world.clock.advance(3_000);
    const before = world.agent('agent');
    before.start();
    await world.clock.advance(3_000);
    const open = before.open(1);
    open.send('a');
    open.send('a note', { private: true });
    open.send('b');
    await world.clock.advance(moment_ms);
    world.crash('agent');
    await world.clock.advance(500);

    const after = world.agent('agent');
    after.start();
    await world.clock.advance(10_000);
    expect(committed(world)).toEqual(['hello', 'a', 'a note', 'b']);
    expect(rowsOf(visitor).map(({ text }) => text)).toEqual(['hello', 'a', 'b']);
    expect(rowsOf(after.open(1))).toEqual([]);
    expect(world.outbox.entries.size).toBe(0);
  },
);

test('[SYNC-9] another agent at the same browser sends and sees nothing of the one before', async () => {
  const world = new Simulation(3, 'reverb');
  const visitor = world.visitor('visitor');
  visitor.start();
  visitor.send('hello');
  await world.clock.advance(3_000);
  const first = world.agent('agent');
  first.start();
  await world.clock.advance(3_000);
  world.server.isSignedIn = false;
  first.open(1).send('from the first');
  await world.clock.advance(3_000);
  expect(first.phase.get().phase).toBe('signed-out');

  world.server.agentId = 2;
  void first.signIn({ email: '', password: '' });
  await world.clock.advance(30_000);
  const open = first.open(1);
  await world.clock.advance(3_000);
  expect(rowsOf(open).map(({ text }) => text)).toEqual(['hello']);

  world.server.agentId = 1;
  void first.signIn({ email: '', password: '' });
  await world.clock.advance(30_000);
  expect(committed(world)).toEqual(['hello', 'from the first']);
});
