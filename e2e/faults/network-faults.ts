// What stands between the people and the server.
import { setTimeout as delay } from 'node:timers/promises';
import type { ProxyMode } from '../harness/proxy.ts';
import type { Fault, Scene } from './fault.ts';
import { within } from './rest.ts';

const grounds = ['SQLite', 'two nodes'] as const;

/** For a while every door is like this; connections that are open are cut when it begins and ends. */
function badProxies(name: string, mode: ProxyMode, during_ms: number): Fault {
  return {
    name,
    grounds,
    async strike({ stage, random }) {
      for (const { proxy } of stage.doors) {
        proxy.mode = mode;
        proxy.flap();
      }
      await delay(random.between(during_ms / 2, during_ms));
      restore({ stage });
      await delay(random.between(1000, 5000));
    },
  };
}

function restore({ stage }: Pick<Scene, 'stage'>): void {
  for (const { proxy, usual } of stage.doors) {
    proxy.mode = usual;
    proxy.flap();
  }
}

export const proxyFaults: readonly Fault[] = [
  badProxies('proxies refuse WebSockets', 'refuse-upgrade', 10_000),
  badProxies('proxies swallow WebSockets', 'hang-upgrade', 15_000),
  badProxies('proxies cut after 3 s', 'cut-after-3s', 15_000),
  badProxies('proxies buffer', 'buffer', 20_000),
  badProxies('answers are lost', 'lose-answers', 3000),
];

export const flapping: Fault = {
  name: 'connections flap',
  grounds,
  strikes: 20,
  async strike({ stage, random }) {
    random.pick(stage.doors).proxy.flap();
    await delay(random.between(50, 1000));
  },
};

export const halfOpen: Fault = {
  name: 'connections half open',
  grounds,
  strikes: 2,
  // A silent socket is noticed within 40 s (RT-8), a request that hangs after 15 s.
  bound_ms: 75_000,
  async strike({ stage, random }) {
    for (const { proxy } of stage.doors) proxy.halfOpen();
    await delay(random.between(5000, 10_000));
  },
};

export const slowReaders: Fault = {
  name: 'slow readers',
  grounds,
  text_chars: 6000,
  pause_ms: 100,
  async strike({ stage, random }) {
    const during_ms = random.between(4000, 8000);
    const doors = stage.doors.filter(() => random.chance(0.5));
    for (const { proxy } of doors) proxy.stall(during_ms);
    await delay(during_ms + random.between(500, 3000));
  },
};

const stormOf = 1000;
/** They try again within 2 s at first; the rest is for machines that are busy. */
const liveAgainWithin_ms = 30_000;

export const storm: Fault = {
  name: `${stormOf} clients reconnect at once`,
  grounds: ['SQLite', 'PostgreSQL', 'two nodes'],
  // All who are played here are on the same machine as what is tested.
  pause_ms: 200,
  async strike({ stage, crowd, random, waits }) {
    // By sockets, or by polling until a socket is there.
    const isLive = (): boolean => crowd.isIdleLive;
    // They come in one after the other, and are thrown out together.
    while (crowd.idleCount < stormOf) {
      crowd.enterIdle(25);
      if ((await within(60_000, isLive)) === null) throw new Error('not everybody came in');
    }
    for (const { proxy } of stage.doors) proxy.flap();
    crowd.flapIdle();
    if ((await within(10_000, () => !isLive())) === null) throw new Error('nobody was thrown out');
    waits.push(await within(liveAgainWithin_ms, isLive));
    await delay(random.between(3000, 8000));
  },
};
