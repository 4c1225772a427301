import { describe, expect, test } from 'vitest';
import { SimulatedPage } from './testing/simulated-browser.ts';
import { rowsOf, Simulation } from './testing/simulation.ts';
import { Talk, talk } from './testing/talk.ts';

const outages = (['reverb', 'polling'] as const).flatMap((providers) =>
  [500, 1_000, 5_000, 20_000, 600_000].map((outage_ms) => ({ providers, outage_ms })),
);

describe('recovery', () => {
  test.each(outages)(
    '[RT-4] $providers, the server is gone for $outage_ms ms: both are there again by themselves, nothing lost or twice',
    async ({ providers, outage_ms }) => {
      const one = await talk(providers);
      const { network, server, openSockets } = one.world;
      network.faults.http = 'down';
      network.faults.reverb = 'refuse';
      for (const socket of Array.from(openSockets)) socket.close();
      server.restart();
      one.visitor.send('into the outage');
      one.open.send('from the other side');
      await one.pass(outage_ms);
      network.heal();
      // 30 s to the next attempt at the most, and the attempt itself.
      await one.pass(32_000);
      expect(one.providers).toEqual([providers, providers]);
      expect([...one.shown.visitor].sort()).toEqual([
        'from the other side',
        'hello',
        'into the outage',
      ]);
      expect(one.shown.agent).toEqual(one.shown.visitor);
      expect(one.heard).toEqual(['from the other side']);
    },
  );

  test('[RT-3] a connection that was lost before it was caught up does not count as live later', async () => {
    const one = await talk('reverb without heads');
    const { network, openSockets } = one.world;
    const drop = () => {
      for (const socket of Array.from(openSockets)) socket.close();
    };
    drop();
    await one.pass(500);
    network.faults.hangingAnswers = 1;
    await one.pass(4_000);
    network.faults.reverb = 'refuse';
    drop();
    await one.pass(1_000);
    network.faults.hangingAnswers = 0;
    await one.pass(20_000);
    expect(one.providers).toEqual(['polling', 'polling']);
    one.open.send('by polling');
    await one.pass(500);
    expect(one.heard).toEqual(['by polling']);
  });

  test('[RT-4] whoever sees first that the server is back wakes the others', async () => {
    const one = await talk('reverb');
    const { network, openSockets } = one.world;
    Object.assign(network.faults, { http: 'down', reverb: 'refuse' });
    for (const socket of Array.from(openSockets)) socket.close();
    await one.pass(600_000);
    network.heal();
    const { realtime } = one.visitor;
    for (let waited_ms = 0; realtime.get().realtimeProvider === null; waited_ms += 100) {
      expect(waited_ms).toBeLessThan(32_000);
      await one.pass(100);
    }
    await one.pass(1_000);
    expect(realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[SPEC §4] an event without seq says only that something is new', async () => {
    const one = await talk('reverb');
    one.world.network.faults.lostEvents = 1;
    one.open.send('its event is lost');
    await one.pass(1_000);
    one.world.network.heal();
    expect(one.heard).toEqual([]);
    const channel = 'private-chat.conversation.1';
    for (const socket of one.world.server.sockets) {
      if (socket.channels.has(channel)) socket.receive(channel, 'ChatMessageReceived', { id: 2 });
    }
    await one.pass(500);
    expect(one.heard).toEqual(['its event is lost']);
  });

  test('[RT-4] within 2 s after a short loss', async () => {
    const one = await talk('reverb');
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(2_500);
    expect(one.providers).toEqual(['reverb', 'reverb']);
  });

  test.each(['online', 'visible'] as const)('[RT-4] at once when the page is %s', async (event) => {
    const one = await talk('reverb');
    const { network, openSockets } = one.world;
    network.faults.reverb = 'refuse';
    network.faults.http = 'down';
    for (const socket of Array.from(openSockets)) socket.close();
    await one.pass(300_000);
    network.heal();
    one.page.send(event);
    await one.pass(1_000);
    expect(one.visitor.realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[RT-8] a socket that is silently dead is noticed within 40 s', async () => {
    const one = await talk('reverb');
    for (const socket of one.world.openSockets) socket.silence();
    one.open.send('into the dead socket');
    await one.pass(42_000);
    expect(one.heard).toEqual(['into the dead socket']);
    expect(one.providers).toEqual(['reverb', 'reverb']);
  });

  test('[RT-6] a page that is looked at again is right within one fetch, its socket dead or not', async () => {
    const one = await talk('reverb');
    one.page.send('hidden');
    for (const socket of one.world.openSockets) socket.silence();
    one.open.send('while asleep');
    await one.pass(1_000);
    expect(one.heard).toEqual([]);
    const before = one.world.network.count('GET /api/chatbot/conversation');
    one.page.send('visible');
    await one.pass(300);
    expect(one.heard).toEqual(['while asleep']);
    expect(one.world.network.count('GET /api/chatbot/conversation')).toBe(before + 1);
  });

  test('[SYNC-6] on the own server a reconnect with nothing missed asks for no messages', async () => {
    let unaided = 0;
    for (let seed = 1; seed <= 10; seed += 1) {
      const one = await new Talk('reverb', seed).begin();
      for (const socket of Array.from(one.world.openSockets)) socket.close();
      const { network } = one.world;
      const clients = ['visitor', 'agent'] as const;
      const asked = () => clients.map((client) => network.count('conversation/', client));
      const polled = () => clients.map((client) => network.count('/updates', client));
      const before = { asked: asked(), polled: polled() };
      await one.pass(8_000);
      expect(one.providers).toEqual(['reverb', 'reverb']);
      for (const index of clients.keys()) {
        // Where polling filled in for a moment, its first answer compared heads.
        if (polled()[index] === before.polled[index]) unaided += 1;
        expect(asked()[index]).toBe(before.asked[index]);
      }
    }
    expect(unaided).toBeGreaterThan(0);
  });

  test('[SYNC-6] a visitor without a conversation asks once, and not again at each connection', async () => {
    const world = new Simulation(1, 'reverb');
    const visitor = world.visitor('visitor');
    visitor.start();
    await world.clock.advance(10_000);
    expect(world.network.count('init')).toBe(1);
    for (let loss = 0; loss < 3; loss += 1) {
      world.network.faults.http = 'down';
      for (const socket of Array.from(world.openSockets)) socket.close();
      await world.clock.advance(5_000);
      world.network.heal();
      await world.clock.advance(60_000);
    }
    expect(world.network.count('/updates')).toBeGreaterThan(0);
    expect(world.network.count('init')).toBe(1);

    // One that an agent began while nobody listened is found at the next connection.
    const asked = world.network.count('init');
    for (const socket of Array.from(world.openSockets)) socket.close();
    const other = world.visitor('other tab');
    other.start();
    other.send('from the other tab');
    await world.clock.advance(60_000);
    expect(rowsOf(visitor).map(({ text }) => text)).toEqual(['from the other tab']);
    expect(world.network.count('init')).toBeGreaterThan(asked);
  });

  test('[RT-8] hosted Pusher that takes subscribers, but no events: noticed within five minutes, left, and taken again within a minute of its return', async () => {
    const one = await talk('pusher and reverb');
    one.world.server.degraded = ['pusher'];
    one.open.send('unheard');
    await one.pass(310_000);
    expect(one.shown.visitor).toEqual(['hello', 'unheard']);
    expect(one.providers).toEqual(['reverb', 'reverb']);
    one.open.send('by the own server');
    await one.pass(200);
    expect(one.heard.at(-1)).toBe('by the own server');

    // Who comes now is told so with the configuration.
    const page = new SimulatedPage();
    const newcomer = one.world.visitor('newcomer', page);
    newcomer.start();
    await one.pass(1_000);
    expect(newcomer.realtime.get().realtimeProvider).toBe('reverb');
    newcomer.destroy();

    one.world.server.degraded = [];
    await one.pass(60_000);
    expect(one.providers).toEqual(['pusher', 'pusher']);
    expect(one.sockets).toEqual(['agent pusher', 'visitor pusher']);
  });

  test('[RT-4][RT-8] who came while a provider took no events, and polls, gets it within a poll of its return', async () => {
    const world = new Simulation(7, 'reverb without heads');
    world.server.degraded = ['reverb'];
    const visitor = world.visitor('visitor');
    visitor.start();
    await world.clock.advance(60_000);
    expect(visitor.realtime.get()).toMatchObject({ realtimeProvider: 'polling', trouble: 'none' });
    expect(world.openSockets.size).toBe(0);
    world.server.degraded = [];
    await world.clock.advance(30_000);
    expect(visitor.realtime.get().realtimeProvider).toBe('reverb');
  });

  test('[RT-8] a hidden page asks for nothing', async () => {
    const one = await talk('pusher and reverb');
    one.page.send('hidden');
    const before = one.world.network.count('', 'visitor');
    await one.pass(1_200_000);
    expect(one.world.network.count('', 'visitor')).toBe(before);
  });

  test('[RT-8][SYNC-11] on the own server nothing is asked, however long it is quiet', async () => {
    const one = await talk('reverb');
    expect(await one.requestsIn(3_600_000)).toBe(0);
  });

  test('[RT-6] pagehide gives everything up, pageshow takes it back; hidden tabs keep it', async () => {
    const one = await talk('reverb');
    one.page.send('hidden');
    await one.pass(60_000);
    expect(one.sockets).toEqual(['agent reverb', 'visitor reverb']);
    one.page.send('pagehide');
    await one.pass(10_000);
    expect(one.sockets).toEqual(['agent reverb']);
    expect(await one.requestsIn(60_000)).toBe(0);
    one.open.send('meanwhile');
    await one.pass(1_000);
    one.page.send('pageshow');
    await one.pass(1_000);
    expect(one.sockets).toEqual(['agent reverb', 'visitor reverb']);
    expect(one.heard).toEqual(['meanwhile']);
  });

  test.each([0, 3_000])(
    '[RT-6][SYNC-6] a restored page is right within one fetch, its socket there in %i ms or later',
    async (late_ms) => {
      const one = await talk('reverb');
      one.page.send('pagehide');
      await one.pass(60_000);
      one.open.send('meanwhile');
      await one.pass(1_000);
      const fetched = () => one.world.network.count('GET /api/chatbot/conversation', 'visitor');
      const polled = () => one.world.network.count('/updates', 'visitor');
      const before = { fetched: fetched(), polled: polled() };
      if (late_ms > 0) one.world.network.faults.reverb = 'hang';
      one.page.send('pageshow');
      await one.pass(late_ms);
      one.world.network.heal();
      await one.pass(30_000);
      expect(one.heard).toEqual(['meanwhile']);
      expect(one.providers).toEqual(['reverb', 'reverb']);
      expect(polled() > before.polled).toBe(late_ms > 0);
      expect(fetched()).toBe(before.fetched + 1);
    },
  );

  test('[SYNC-6] pageshow of a page that was never left costs nothing', async () => {
    const one = await talk('reverb');
    one.page.send('pageshow');
    expect(await one.requestsIn(10_000)).toBe(0);
  });

  test('RT-1: a person is told of trouble that lasts, not of a moment', async () => {
    const one = await talk('reverb');
    const told: string[] = [];
    one.visitor.realtime.subscribe(() => told.push(one.visitor.realtime.get().trouble));
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(20_000);
    expect(new Set(told)).toEqual(new Set(['none']));
    Object.assign(one.world.network.faults, { http: 'down', reverb: 'refuse' });
    for (const socket of Array.from(one.world.openSockets)) socket.close();
    await one.pass(20_000);
    expect(one.visitor.realtime.get().trouble).toBe('connecting');
    one.page.send('offline');
    expect(one.visitor.realtime.get().trouble).toBe('offline');
  });
});
