import { setTimeout as delay } from 'node:timers/promises';
import { expectProviders, expectSaid } from './harness/people.ts';
import { type Proxy, type ProxyMode, isUpdates, mostAtOnce, underWay } from './harness/proxy.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const flaps = 20;

for (const { mode, provider, loops } of [
  { mode: 'pass', provider: 'reverb', loops: 0 },
  { mode: 'refuse-upgrade', provider: 'polling', loops: 1 },
] as const satisfies readonly { mode: ProxyMode; provider: string; loops: number }[]) {
  test(`[RT-3] after 20 flaps of a proxy (${mode}), ${loops} polling loops run in each page`, async ({
    stage,
  }) => {
    test.setTimeout(240_000);
    const server = await stage.server();
    const proxies = [await stage.proxy(server, mode), await stage.proxy(server, mode)] as const;
    const { visitor, agent } = await stage.conversation(proxies[0].url, proxies[1].url);
    await expectProviders(visitor.page, agent.page, provider);

    for (let flap = 1; flap <= flaps; flap++) {
      await Promise.all(proxies.map(flapOnce));
    }
    await expectProviders(visitor.page, agent.page, provider, 60_000);
    for (const proxy of proxies) {
      // On a slow machine flaps look like a proxy that cuts what waits: then a minute of plain
      // intervals passes before a request waits again.
      await expect.poll(() => pollingNow(proxy), { timeout: 90_000 }).toBe(loops);
    }

    // A second loop would wait beside the first, or ask again beside it when something happens.
    const from = proxies.map(({ exchanges }) => exchanges.length);
    const said = [firstMessage];
    for (let round = 1; round <= 3; round++) {
      for (const person of [visitor, agent]) {
        const text = `${person === visitor ? 'visitor' : 'agent'} after the flaps, ${round}`;
        await person.say(text);
        said.push(text);
        await expectSaid(visitor.log, said);
        await expectSaid(agent.log, said);
      }
    }
    for (const [index, proxy] of proxies.entries()) {
      const since = proxy.exchanges.slice(from[index]).filter(isUpdates);
      expect(mostAtOnce(since)).toBe(loops);
      // Between an answer and the next question there is none, for a moment.
      await expect.poll(() => pollingNow(proxy)).toBe(loops);
    }
  });
}

/** Drops everything when the page has come back, or after a while in which it did not try. */
async function flapOnce(proxy: Proxy): Promise<void> {
  const before = proxy.exchanges.length;
  proxy.flap();
  const deadline = performance.now() + 1500;
  while (proxy.exchanges.length === before && performance.now() < deadline) await delay(20);
}

const pollingNow = (proxy: Proxy): number =>
  proxy.exchanges.filter((exchange) => isUpdates(exchange) && underWay(exchange)).length;
