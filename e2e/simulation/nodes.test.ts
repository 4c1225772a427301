// What two nodes owe each other, one thing at a time; together with all else the seeds play it.
import { expect, test } from 'vitest';
import type { Room } from './people.ts';
import { onStage } from './run.ts';
import type { SimulatedServer } from './server.ts';
import type { World } from './world.ts';

interface Talk {
  readonly world: World;
  /** On the first node and on the second. */
  readonly nodes: readonly [SimulatedServer, SimulatedServer];
  readonly visitor: Room;
  readonly agent: Room;
}

/** A visitor on the first node and an agent on the second, who see each other's words. */
async function onTwoNodes(act: (talk: Talk) => Promise<void>): Promise<void> {
  const stage = { seed: 1, providers: 'reverb', nodes: 2, peopleChange: false } as const;
  await onStage(stage, async ({ world, cast }) => {
    cast.visitorComes(world.browserOf('vi'));
    cast.agentComes(world.browserOf('Ann'));
    await world.clock.advance(2_000);
    const [first, second] = cast.seats;
    first?.rooms[0]?.chat.send('[vi] is anybody there?');
    await world.clock.advance(1_000);
    if (second !== undefined) cast.open(second);
    await world.clock.advance(2_000);
    const [visitor, agent] = cast.rooms;
    const [one, other] = world.nodes.all;
    if (!visitor || !agent || !one || !other) throw new Error('somebody did not come');
    expect(world.nodes.for(visitor.tab.name)).toBe(one);
    expect(world.nodes.for(agent.tab.name)).toBe(other);
    await act({ world, nodes: [one, other], visitor, agent });
  });
}

const textsOf = ({ rows }: Room): readonly string[] => rows.map(({ text }) => text);

test('[SYNC-8] what one node commits is shown by the other at once', async () => {
  await onTwoNodes(async ({ world, visitor, agent }) => {
    visitor.chat.send('[vi] hello');
    await world.clock.advance(300);
    expect(textsOf(agent)).toContain('[vi] hello');
  });
});

test('[SYNC-8] a node dies between a commit and its publication: the other tells of it, though its sender never asks again', async () => {
  await onTwoNodes(async ({ world, nodes: [one], visitor, agent }) => {
    world.fuse = 'at a commit';
    world.post('a script', visitor.tab.browser, '/api/chatbot/message', {
      text: '[vi] last words',
    });
    await world.clock.advance(300);
    expect(one.isAlive).toBe(false);
    expect(world.disk.rows("SELECT id FROM messages WHERE text = '[vi] last words'")).toHaveLength(
      1,
    );
    expect(textsOf(agent)).not.toContain('[vi] last words');
    await world.clock.advance(2_500);
    expect(textsOf(agent)).toContain('[vi] last words');
    // Whose socket died with the node has come to the other one.
    await world.clock.advance(5_000);
    expect(textsOf(visitor)).toContain('[vi] last words');
  });
});

test('[SYNC-8] a connection is lost during a COMMIT: both nodes tell what nobody published', async () => {
  await onTwoNodes(async ({ world, visitor, agent }) => {
    world.disk.state = 'cuts';
    for (let copy = 0; copy < 8; copy += 1) {
      world.post('a script', visitor.tab.browser, '/api/chatbot/message', {
        text: `[vi] said ${copy}`,
      });
      await world.clock.advance(20);
    }
    world.disk.state = 'sound';
    const stored = world.disk.rows("SELECT text FROM messages WHERE text LIKE '%said%'");
    expect(stored.length).toBeGreaterThan(0);
    await world.clock.advance(4_000);
    for (const { text } of stored as readonly { text: string }[]) {
      expect(textsOf(agent)).toContain(text);
      expect(textsOf(visitor)).toContain(text);
    }
  });
});

test.each(['gone', 'still'] as const)(
  '[SYNC-8] while the bus is %s each node goes on by itself, and when it is back everybody has everything',
  async (state) => {
    await onTwoNodes(async ({ world, visitor, agent }) => {
      world.bus.become(state);
      await world.clock.advance(40_000);
      visitor.chat.send('[vi] said meanwhile');
      await world.clock.advance(2_000);
      expect(visitor.rows.at(-1)).toMatchObject({ text: '[vi] said meanwhile', state: 'sent' });
      expect(textsOf(agent)).not.toContain('[vi] said meanwhile');
      world.bus.become('up');
      await world.clock.advance(8_000);
      expect(textsOf(agent)).toContain('[vi] said meanwhile');
    });
  },
);

test('[SYNC-8] a packet that the bus loses is missed within a heartbeat', async () => {
  await onTwoNodes(async ({ world, visitor, agent }) => {
    world.bus.lostPackets = 1;
    visitor.chat.send('[vi] lost on the way');
    await world.clock.advance(500);
    world.bus.lostPackets = 0;
    expect(textsOf(agent)).not.toContain('[vi] lost on the way');
    await world.clock.advance(6_000);
    expect(textsOf(agent)).toContain('[vi] lost on the way');
  });
});

test('[SYNC-11][RT-3] who polls through a balancer that sends each request to another node asks no oftener than without waiting', async () => {
  await onTwoNodes(async ({ world, visitor, agent }) => {
    world.nodes.balancing = 'in turn';
    world.network.faults.reverb = 'refuse';
    agent.tab.send('pagehide');
    for (const socket of Array.from(world.openSockets)) socket.close();
    await world.clock.advance(60_000);
    const before = world.network.requests;
    await world.clock.advance(60_000);
    // One poll in 2 s, and now and then a look whether sockets work again.
    expect(world.network.requests - before).toBeLessThan(60);
    agent.tab.comeBack();
    await world.clock.advance(10_000);
    visitor.chat.send('[vi] over the fence');
    await world.clock.advance(5_000);
    expect(textsOf(agent)).toContain('[vi] over the fence');
  });
});
