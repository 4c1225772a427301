import { describe, expect, test } from 'vitest';
import { Talk, talk } from './testing/talk.ts';

describe('providers', () => {
  test('[RT-1] pusher is live: the own server is left alone, and nothing polls', async () => {
    const { providers, sockets, world, visitor } = await talk('pusher and reverb');
    expect({ providers, sockets }).toEqual({
      providers: ['pusher', 'pusher'],
      sockets: ['agent pusher', 'visitor pusher'],
    });
    expect([...world.network.polls.values()].every((count) => count === 0)).toBe(true);
    expect(visitor.realtime.get()).toEqual({
      realtimeProvider: 'pusher',
      realtimeConnected: true,
      channelSubscription: 'private-chat.conversation.1',
      trouble: 'none',
    });
  });

  test.each(['refuse', 'hang'] as const)(
    '[RT-1][RT-2] pusher: %s → reverb; pusher again → pusher, and reverb is given up',
    async (fault) => {
      const one = new Talk('pusher and reverb');
      one.world.network.faults.pusher = fault;
      await one.begin();
      expect(one.providers).toEqual(['reverb', 'reverb']);
      one.open.send('by reverb');
      await one.pass(200);
      expect(one.shown.visitor).toEqual(['hello', 'by reverb']);

      one.world.network.heal();
      await one.pass(60_000);
      expect(one.providers).toEqual(['pusher', 'pusher']);
      expect(one.sockets).toEqual(['agent pusher', 'visitor pusher']);
    },
  );

  test.each(['refuse', 'hang'] as const)(
    '[RT-2][RT-3] sockets: %s → polling at once, within one round trip; then live again, polling over',
    async (fault) => {
      const one = new Talk('reverb');
      one.world.network.faults.reverb = fault;
      await one.begin();
      expect(one.providers).toEqual(['polling', 'polling']);
      expect(one.visitor.realtime.get()).toMatchObject({
        realtimeConnected: false,
        trouble: 'none',
      });
      one.open.send('by polling');
      await one.pass(200);
      one.visitor.send('and back');
      await one.pass(200);
      expect(one.shown).toEqual({
        visitor: ['hello', 'by polling', 'and back'],
        agent: ['hello', 'by polling', 'and back'],
      });

      one.world.network.heal();
      await one.pass(60_000);
      expect(one.providers).toEqual(['reverb', 'reverb']);
      expect(await one.requestsIn(60_000)).toBe(0);
    },
  );

  test('[RT-2] polling fills in before a hanging provider is passed over', async () => {
    const one = new Talk('reverb');
    one.world.network.faults.reverb = 'hang';
    one.visitor.start();
    await one.pass(1_500);
    expect(one.visitor.realtime.get().realtimeProvider).toBe('polling');
  });

  test('[RT-3] 20 flaps: never two loops, and none is left', async () => {
    const one = await talk('reverb');
    for (let flap = 0; flap < 20; flap += 1) {
      for (const socket of Array.from(one.world.openSockets)) socket.close();
      await one.pass(one.world.random.between(100, 4_000));
    }
    await one.pass(60_000);
    expect(one.world.network.pollsMax).toBe(1);
    expect(one.providers).toEqual(['reverb', 'reverb']);
    expect(await one.requestsIn(60_000)).toBe(0);
  });

  test('[RT-3] a proxy that cuts long requests: plain intervals, and long ones again later', async () => {
    const one = new Talk('polling');
    one.world.network.faults.cut_ms = 3_000;
    await one.begin();
    await one.pass(20_000);
    const plain = await one.requestsIn(20_000, '/chatbot/updates');
    expect(plain).toBeGreaterThan(8);
    expect(plain).toBeLessThan(14);
    one.open.send('between two requests');
    await one.pass(2_600);
    expect(one.heard).toEqual(['between two requests']);

    one.world.network.heal();
    await one.pass(130_000);
    expect(await one.requestsIn(50_000, '/chatbot/updates')).toBeLessThanOrEqual(3);
  });

  test('[RT-3] a poll that is answered at once and empty does not spin', async () => {
    const one = new Talk('polling');
    one.world.server.realtime.polling.wait_s = 0;
    await one.begin();
    expect(await one.requestsIn(20_000, '/chatbot/updates')).toBeLessThan(14);
  });
});
