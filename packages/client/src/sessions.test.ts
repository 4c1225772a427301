import { describe, expect, test } from 'vitest';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { rowsOf, Simulation } from './testing/simulation.ts';
import { talk } from './testing/talk.ts';
import type { VisitorChat } from './visitor-chat-interface.ts';

describe('sessions', () => {
  test('nothing is asked and no socket opened before start', async () => {
    const world = new Simulation(1, 'reverb');
    world.visitor('visitor');
    await world.clock.advance(600_000);
    expect({ requests: world.network.requests, sockets: world.openSockets.size }).toEqual({
      requests: [],
      sockets: 0,
    });
  });

  test('[SYNC-9] a token that is not known any more: a new session, and what was written is sent', async () => {
    const one = await talk('reverb');
    one.world.server.forgetVisitors();
    one.visitor.send('still here');
    await one.pass(5_000);
    expect(rowsOf(one.visitor)).toMatchObject([{ text: 'still here', state: 'sent' }]);
    expect(one.world.server.conversations.size).toBe(2);
  });

  test('a server that refuses each new session at once is not hammered', async () => {
    const one = await talk('reverb');
    one.world.server.forgetVisitors();
    one.world.server.isForgetful = true;
    one.visitor.send('again and again');
    expect(await one.requestsIn(120_000, 'init')).toBeLessThan(20);
    one.world.server.isForgetful = false;
    await one.pass(60_000);
    expect(rowsOf(one.visitor)).toMatchObject([{ text: 'again and again', state: 'sent' }]);
  });

  test('refused channels are no transport failure: the session is renewed, ever more slowly', async () => {
    const one = await talk('reverb');
    one.world.server.isRefusingChannels = true;
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    const before = one.world.network.count('init', 'visitor');
    await one.pass(120_000);
    const renewed = one.world.network.count('init', 'visitor') - before;
    expect(renewed).toBeGreaterThan(0);
    expect(renewed).toBeLessThan(12);
    expect(one.visitor.realtime.get()).toMatchObject({ realtimeProvider: 'polling' });
    one.world.server.isRefusingChannels = false;
    await one.pass(60_000);
    expect(one.visitor.realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[RT-6] tabs that begin at the same moment are one visitor; one that forgets, all forget', async () => {
    const world = new Simulation(3, 'reverb');
    const tabs = ['a', 'b', 'c'].map((name) => world.visitor(name));
    for (const tab of tabs) tab.start();
    await world.clock.advance(5_000);
    const idOf = (tab: VisitorChat) => {
      const phase = tab.phase.get();
      return phase.phase === 'ready' ? phase.visitor.id : phase.phase;
    };
    const [first] = tabs.map(idOf);
    expect(tabs.map(idOf)).toEqual([first, first, first]);
    tabs[1]?.send('from b');
    await world.clock.advance(2_000);
    expect(tabs.map((tab) => rowsOf(tab).map(({ text }) => text))).toEqual([
      ['from b'],
      ['from b'],
      ['from b'],
    ]);
    tabs[0]?.reset();
    await world.clock.advance(5_000);
    expect(tabs.map((tab) => rowsOf(tab))).toEqual([[], [], []]);
    expect([idOf(tabs[1] as VisitorChat), idOf(tabs[2] as VisitorChat)]).not.toContain(first);
    expect(tabs[0]?.phase.get()).toEqual({ phase: 'idle' });
  });

  test('[SEC-2] what was agreed to is taken back: no tab asks for anything, whatever the server says', async () => {
    const world = new Simulation(4, 'reverb');
    let agreed: number | null = 1;
    const consent = () => agreed;
    const tabs = ['a', 'b'].map((name) => world.visitor(name, undefined, { consent }));
    for (const tab of tabs) tab.start();
    tabs[0]?.send('I agree');
    await world.clock.advance(5_000);
    const begun = () => world.network.count('init', 'a') + world.network.count('init', 'b');
    const before = begun();
    // Erased by the server, whose sockets and answers say so, before any tab has heard of it.
    agreed = null;
    world.server.forgetVisitors();
    for (const socket of Array.from(world.openSockets)) socket.close();
    tabs[1]?.send('too late');
    await world.clock.advance(60_000);
    tabs[0]?.reset();
    for (const tab of tabs) tab.start();
    await world.clock.advance(60_000);
    expect(tabs.map((tab) => tab.phase.get())).toEqual([{ phase: 'idle' }, { phase: 'idle' }]);
    expect(begun()).toBe(before);
    agreed = 2;
    for (const tab of tabs) tab.start();
    await world.clock.advance(5_000);
    expect(tabs.map((tab) => tab.phase.get().phase)).toEqual(['ready', 'ready']);
  });

  test('an agent whose session ended is signed out, and what was written goes after the next sign-in', async () => {
    const one = await talk('reverb');
    one.world.server.isSignedIn = false;
    one.open.send('before the sign-in');
    await one.pass(1_000);
    expect(one.agent.phase.get().phase).toBe('signed-out');
    expect(one.agent.waiting.get()).toEqual([
      { conversationId: 1, count: 1, since_ms: one.world.clock.now_ms() - 1_000 },
    ]);
    expect(one.sockets).toEqual(['visitor reverb']);
    const signedIn = one.agent.signIn({ email: 'a@x.example', password: 'p' });
    await one.pass(5_000);
    await signedIn;
    expect(one.agent.waiting.get()).toEqual([]);
    expect(one.shown).toEqual({
      visitor: ['hello', 'before the sign-in'],
      agent: ['hello', 'before the sign-in'],
    });
  });
});

test('an agent who signed in anew stays signed in, though what waited in the former session is refused', async () => {
  const one = await talk('polling');
  const phases = new Set<string>();
  one.agent.phase.subscribe(() => phases.add(one.agent.phase.get().phase));
  one.world.server.signInAnew();
  const asked = await one.requestsIn(2_000, '/admin/me');
  one.visitor.send('to the new session');
  await one.pass(5_000);
  expect(one.shown.agent).toEqual(['hello', 'to the new session']);
  expect([...phases]).toEqual(['ready']);
  expect(asked).toBe(1);
});

test('requests that are refused again and again, though one is signed in, are no storm', async () => {
  const one = await talk('polling');
  const asked = one.requestsIn(60_000, '/admin/me');
  for (let second = 0; second < 60; second += 1) {
    one.world.clock.after(second * 1_000, () => one.world.server.signInAnew());
  }
  expect(await asked).toBeLessThanOrEqual(13);
  expect(one.agent.phase.get().phase).toBe('ready');
});

test('another agent who signs in neither sees nor sends what the one before wrote', async () => {
  const one = await talk('reverb');
  one.world.server.isSignedIn = false;
  one.open.send('of the agent before');
  await one.pass(1_000);
  one.world.server.agentId = 2;
  const signedIn = one.agent.signIn({ email: 'b@x.example', password: 'p' });
  await one.pass(60_000);
  await signedIn;
  expect(one.open.view.get()).toEqual({ status: 'not-found' });
  const again = one.agent.open(one.conversation.id);
  await one.pass(2_000);
  expect(rowsOf(again).map(({ text }) => text)).toEqual(['hello']);
  expect(one.conversation.messages).toHaveLength(1);
});

describe.each(['reverb', 'pusher and reverb', 'polling'] as const)('by %s', (providers) => {
  test('a conversation that is not there is asked for once, and again when the page is come back to', async () => {
    const world = new Simulation(1, providers);
    const page = new SimulatedPage();
    const agent = world.agent('agent', page);
    agent.start();
    await world.clock.advance(8_000);
    const open = agent.open(1);
    await world.clock.advance(120_000);
    expect(open.view.get()).toEqual({ status: 'not-found' });
    expect(world.network.count('/admin/chatbot/1/messages')).toBe(1);

    const visitor = world.visitor('visitor');
    visitor.start();
    visitor.send('there after all');
    await world.clock.advance(8_000);
    page.send('hidden');
    page.send('visible');
    await world.clock.advance(8_000);
    visitor.send('and followed');
    await world.clock.advance(8_000);
    expect(rowsOf(open).map(({ text }) => text)).toEqual(['there after all', 'and followed']);
  });
});
