import { measureDelivery, median } from './harness/delivery.ts';
import { expectProviders } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

const rounds = 30;
/** Asserted generously, for the machine may be busy; what was measured is printed. */
const medianAtMost_ms = 500;

test('[RT-1][SYNC-10] both directions live: the message stands in the other page at once', async ({
  stage,
}, testInfo) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');

  for (const [name, from, to] of [
    ['visitor → agent', visitor, agent],
    ['agent → visitor', agent, visitor],
  ] as const) {
    const times_ms = await measureDelivery(from, to, from === visitor ? 'ping' : 'pong', rounds);
    const median_ms = median(times_ms);
    const slowest_ms = Math.max(...times_ms);
    const line = `${name}: median of ${rounds} ${median_ms.toFixed(0)} ms, slowest ${slowest_ms.toFixed(0)} ms`;
    console.log(`      ${line}`);
    testInfo.annotations.push({ type: 'measured', description: line });
    expect(median_ms).toBeLessThan(medianAtMost_ms);
  }
});
