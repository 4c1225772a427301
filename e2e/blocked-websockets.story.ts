import { measureDelivery, median, texts } from './harness/delivery.ts';
import { expectProviders, expectSaid } from './harness/people.ts';
import { type ProxyMode, isUpdates } from './harness/proxy.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const promises: readonly { mode: ProxyMode; what: string; waits: boolean }[] = [
  { mode: 'refuse-upgrade', what: 'refuses upgrades', waits: true },
  { mode: 'hang-upgrade', what: 'swallows upgrades and hangs', waits: true },
  { mode: 'cut-after-3s', what: 'cuts each connection after 3 s', waits: false },
];

const rounds = 8;
/** Well below the intervals of plain polling: somebody waited for it. Speed is measured in bench/. */
const longPollWithin_ms = 1_000;

for (const { mode, what, waits } of promises) {
  test(`[RT-2][RT-3] through a proxy that ${what}, messages go both ways`, async ({ stage }) => {
    const server = await stage.server();
    const visitorProxy = await stage.proxy(server, mode);
    const agentProxy = await stage.proxy(server, mode);
    const { visitor, agent } = await stage.conversation(visitorProxy.url, agentProxy.url);
    // Where a request may wait, the measuring begins when both poll; where connections are cut,
    // messages must arrive at any time, whatever carries them.
    if (waits) await expectProviders(visitor.page, agent.page, 'polling');

    const times_ms = [
      ...(await measureDelivery(visitor, agent, 'ping', rounds)),
      ...(await measureDelivery(agent, visitor, 'pong', rounds)),
    ];
    const said = [firstMessage, ...texts('ping', rounds), ...texts('pong', rounds)];
    await expectSaid(visitor.log, said);
    await expectSaid(agent.log, said);
    expect(visitorProxy.exchanges.some(({ upgrade }) => upgrade)).toBe(true);
    const median_ms = median(times_ms);
    console.log(`      ${mode}: median of ${times_ms.length} ${median_ms.toFixed(0)} ms`);
    if (waits) {
      expect(median_ms).toBeLessThan(longPollWithin_ms);
      expect(visitorProxy.exchanges.some(isUpdates)).toBe(true);
    }
  });
}

test('[RT-4] WebSockets that are allowed again are used again, without a reload', async ({
  stage,
}) => {
  const server = await stage.server();
  const visitorProxy = await stage.proxy(server, 'refuse-upgrade');
  const agentProxy = await stage.proxy(server, 'refuse-upgrade');
  const { visitor, agent } = await stage.conversation(visitorProxy.url, agentProxy.url);
  await expectProviders(visitor.page, agent.page, 'polling');
  visitorProxy.mode = 'pass';
  agentProxy.mode = 'pass';
  await expectProviders(visitor.page, agent.page, 'reverb', 40_000);
  await agent.say('now over a socket');
  await expectSaid(visitor.log, [firstMessage, 'now over a socket']);
});
