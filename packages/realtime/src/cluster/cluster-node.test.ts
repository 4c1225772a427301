import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimulatedCluster, type SimulatedNode, type Subscriber } from '../testing/simulation.ts';

const CHANNELS = ['presence-a', 'presence-b', 'chat'];
const USERS = ['ann', 'bob', '__proto__'];

const node = fc.nat(4);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('join' as const),
      node,
      channel: fc.constantFrom(...CHANNELS),
      user: fc.constantFrom(...USERS),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('leave' as const), node, at: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('flush' as const), node }) },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('receive' as const), node, packets: fc.nat(4) }),
  },
);
const fault = fc.oneof(
  fc.record({ type: fc.constant('start' as const) }),
  fc.record({ type: fc.constantFrom('kill' as const, 'stop' as const), node }),
  fc.record({ type: fc.constantFrom('cut' as const, 'mend' as const, 'lose' as const), node }),
  fc.record({ type: fc.constant('settle' as const) }),
  fc.record({ type: fc.constant('pass' as const), heartbeats: fc.integer({ min: 1, max: 6 }) }),
);
type ValueOf<A> = A extends fc.Arbitrary<infer V> ? V : never;
type Step = ValueOf<typeof step> | ValueOf<typeof fault>;

function take(cluster: SimulatedCluster, next: Step): void {
  if (next.type === 'start') {
    if (cluster.nodes.length < 5) cluster.start();
    return;
  }
  if (next.type === 'settle') {
    cluster.settle();
    return;
  }
  if (next.type === 'pass') {
    cluster.pass(next.heartbeats * 5_000);
    return;
  }
  const it = cluster.nodes[next.node % Math.max(1, cluster.nodes.length)];
  if (it) takeAt(cluster, it, next);
}

function takeAt(
  cluster: SimulatedCluster,
  it: SimulatedNode,
  next: Exclude<Step, { type: 'start' | 'settle' | 'pass' }>,
): void {
  switch (next.type) {
    case 'join':
      it.join(next.channel, next.user, USERS);
      return;
    case 'leave': {
      const subscriber = it.subscribers[next.at % Math.max(1, it.subscribers.length)];
      if (subscriber) it.leave(subscriber);
      return;
    }
    case 'flush':
      it.node.flush();
      return;
    case 'receive':
      it.receive(next.packets, cluster.now_ms);
      return;
    case 'kill':
      cluster.kill(it);
      return;
    case 'stop':
      for (const subscriber of it.subscribers.slice()) it.leave(subscriber);
      it.node.leave();
      cluster.kill(it);
      return;
    case 'cut':
      cluster.cut(it);
      return;
    case 'mend':
      cluster.mend(it);
      return;
    case 'lose':
      it.inbox.shift();
  }
}

function usersOf(subscribers: readonly Subscriber[]): string[] {
  return [...new Set(subscribers.map(({ userId }) => userId))].toSorted();
}

/** Every node knows what is true in the whole cluster, and every subscriber what its node knows. */
function expectTruth(cluster: SimulatedCluster): void {
  const all = cluster.nodes.flatMap(({ subscribers }) => subscribers);
  const occupied = Map.groupBy(all, ({ channels }) => [...channels].join());
  for (const { app, subscribers, node } of cluster.nodes) {
    expect(node.figures).toMatchObject({ isUp: true, nodes: cluster.nodes.length });
    expect([...app.channels.keys()].toSorted()).toEqual([...occupied.keys()].toSorted());
    for (const [name, sockets] of occupied) {
      const channel = app.channels.get(name);
      expect(channel?.subscriptionCount).toBe(sockets.length);
      if (!channel?.roster) continue;
      const { presence } = JSON.parse(channel.snapshotJson()) as { presence: { ids: string[] } };
      expect(presence.ids.toSorted()).toEqual(usersOf(sockets));
    }
    for (const { channels, seen, online, user } of subscribers) {
      const watched = usersOf(all).filter((userId) => user?.watchlist.includes(userId));
      expect([...online].toSorted()).toEqual(watched);
      const [name = ''] = channels;
      if (!name.startsWith('presence-')) continue;
      expect([...(seen.get(name) ?? [])].toSorted()).toEqual(usersOf(occupied.get(name) ?? []));
    }
  }
}

/** What the owner of the app was told of each channel and user. */
function histories({ reports }: SimulatedCluster): Map<string, string[]> {
  const groups = Map.groupBy(reports, (report) => {
    return `${report.channel} ${'userId' in report ? report.userId : ''}`;
  });
  return new Map([...groups].map(([key, group]) => [key, group.map(({ type }) => type)]));
}

describe('a cluster', () => {
  test('[PP-4] whatever is lost, cut and killed, all come to one view by one join and leave each', () => {
    const any = fc.oneof({ weight: 4, arbitrary: step }, { weight: 1, arbitrary: fault });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 120 }), (steps) => {
        const cluster = new SimulatedCluster();
        for (let n = 0; n < 3; n += 1) cluster.start();
        cluster.settle();
        for (const next of steps) take(cluster, next);
        if (cluster.nodes.length === 0) cluster.start();
        for (const each of cluster.nodes) cluster.mend(each);
        cluster.pass(40_000);
        expectTruth(cluster);
      }),
      { numRuns: 500 },
    );
  });

  test('[PP-9] each change is reported by one node, in the order in which it sees them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const cluster = new SimulatedCluster();
        for (let n = 0; n < 3; n += 1) cluster.start();
        cluster.settle();
        for (const next of steps) take(cluster, next);
        cluster.settle();
        for (const each of cluster.nodes) {
          for (const subscriber of each.subscribers.slice()) each.leave(subscriber);
        }
        cluster.settle();
        for (const [, history] of histories(cluster)) {
          expect(history.length % 2).toBe(0);
          history.forEach((type, at) => {
            expect(type).toMatch(at % 2 === 0 ? /added|occupied/ : /removed|vacated/);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('[PP-4] a node that is silent for 20 s takes its members away, and one of the others reports it', () => {
    const cluster = new SimulatedCluster();
    const [one, , three] = [cluster.start(), cluster.start(), cluster.start()];
    cluster.settle();
    const ann = one.join('presence-a', 'ann');
    three.join('presence-a', 'eve');
    cluster.pass(5_000);
    cluster.kill(three);
    cluster.pass(20_000);
    expect([...(ann.seen.get('presence-a') ?? [])]).toEqual(['ann', 'eve']);
    cluster.pass(5_000);
    expect([...(ann.seen.get('presence-a') ?? [])]).toEqual(['ann']);
    expect(histories(cluster).get('presence-a eve')).toEqual(['member_added', 'member_removed']);
  });

  test('[SYNC-8] whoever gives up a node asks what it may have left unsaid', () => {
    const cluster = new SimulatedCluster();
    const [one, two, three] = [cluster.start(), cluster.start(), cluster.start()];
    cluster.settle();
    cluster.kill(three);
    cluster.pass(15_000);
    expect([one.missed, two.missed]).toEqual([0, 0]);
    cluster.pass(10_000);
    expect([one.missed, two.missed]).toEqual([1, 1]);
  });

  test('[PP-9] a node that starts later does not report what others have seen', () => {
    const cluster = new SimulatedCluster();
    const one = cluster.start();
    for (const user of USERS) for (const channel of CHANNELS) one.join(channel, user);
    cluster.settle();
    const before = [...cluster.reports];
    cluster.start();
    cluster.start();
    cluster.settle();
    expectTruth(cluster);
    expect(cluster.reports).toEqual(before);
  });

  test('[PP-9] a node that was given up and returns has its members reported again', () => {
    const cluster = new SimulatedCluster();
    const [one, two] = [cluster.start(), cluster.start()];
    cluster.settle();
    one.join('presence-a', 'ann');
    two.join('presence-a', 'bob');
    cluster.settle();
    cluster.cut(two);
    cluster.pass(30_000);
    expect(histories(cluster).get('presence-a bob')).toEqual(['member_added', 'member_removed']);
    cluster.mend(two);
    cluster.pass(5_000);
    expectTruth(cluster);
    expect(histories(cluster).get('presence-a bob')?.at(-1)).toBe('member_added');
  });

  test('[PP-4] who left while this node was cut off is seen to leave, and nobody else', () => {
    const cluster = new SimulatedCluster();
    const [one, two] = [cluster.start(), cluster.start()];
    cluster.settle();
    const ann = one.join('presence-a', 'ann');
    const bob = two.join('presence-a', 'bob');
    two.join('presence-a', 'eve');
    cluster.settle();
    cluster.cut(one);
    two.leave(bob);
    cluster.settle();
    expect([...(ann.seen.get('presence-a') ?? [])].toSorted()).toEqual(['ann', 'bob', 'eve']);
    cluster.mend(one);
    cluster.settle();
    expectTruth(cluster);
  });

  test('[PP-4] a bus that is lost for an hour makes no one leave', () => {
    const cluster = new SimulatedCluster();
    const [one, two] = [cluster.start(), cluster.start()];
    cluster.settle();
    one.join('presence-a', 'ann');
    two.join('presence-a', 'bob');
    cluster.pass(5_000);
    for (const each of cluster.nodes) cluster.cut(each);
    cluster.pass(3_600_000);
    two.join('presence-a', 'eve');
    for (const each of cluster.nodes) cluster.mend(each);
    cluster.pass(5_000);
    expectTruth(cluster);
    expect([one.missed > 0, two.missed > 0]).toEqual([true, true]);
    const all = [...histories(cluster).values()].flat();
    expect(all.filter((type) => type.endsWith('removed'))).toEqual([]);
  });

  test('[PP-4] a node that slept gives up no one on waking', () => {
    const cluster = new SimulatedCluster();
    const [one, two] = [cluster.start(), cluster.start()];
    cluster.settle();
    const ann = one.join('presence-a', 'ann');
    two.join('presence-a', 'bob');
    cluster.pass(5_000);
    // Its own packets and those of others wait on the bus, and the others do not hear it.
    for (let n = 0; n < 3; n += 1) {
      cluster.now_ms += 5_000;
      two.node.heartbeat(cluster.now_ms);
      two.receive(two.inbox.length, cluster.now_ms);
    }
    cluster.now_ms += 3_600_000;
    one.node.heartbeat(cluster.now_ms);
    cluster.pass(5_000);
    expect([...(ann.seen.get('presence-a') ?? [])].toSorted()).toEqual(['ann', 'bob']);
    cluster.pass(30_000);
    expectTruth(cluster);
  });
});
