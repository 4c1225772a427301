import type { Locator } from '@playwright/test';
import { type Person, expectProviders } from './harness/people.ts';
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
    const times_ms = await measure(from, to, name.startsWith('v') ? 'ping' : 'pong');
    const sorted = times_ms.toSorted((a, b) => a - b);
    const median_ms = sorted[Math.floor(rounds / 2)] ?? Number.NaN;
    const line = `${name}: median of ${rounds} ${median_ms.toFixed(0)} ms, slowest ${sorted.at(-1)?.toFixed(0)} ms`;
    console.log(`      ${line}`);
    testInfo.annotations.push({ type: 'measured', description: line });
    expect(median_ms).toBeLessThan(medianAtMost_ms);
  }
});

/** From the key press in one page to the message in the document of the other. */
async function measure(from: Person, to: Person, word: string): Promise<number[]> {
  await recordKeyPresses(from.composer);
  await recordArrivals(to.log, word);
  const times_ms: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const text = `${word}-${String(round).padStart(2, '0')}`;
    await from.say(text);
    await expect.poll(() => arrivalOf(to.log, text), { intervals: [10] }).not.toBeNull();
    const [pressed, arrived] = [await lastKeyPress(from.composer), await arrivalOf(to.log, text)];
    times_ms.push((arrived ?? Number.NaN) - pressed);
  }
  return times_ms;
}

// Both pages are on this machine, so their clocks are one. What is measured is left on the window.
interface Measured {
  keyPressedAt_ms?: number;
  arrivedAt_ms?: Record<string, number>;
}

async function recordKeyPresses(composer: Locator): Promise<void> {
  await composer.evaluate((element) => {
    element.addEventListener(
      'keydown',
      (event) => {
        if ((event as KeyboardEvent).key !== 'Enter') return;
        (globalThis as Measured).keyPressedAt_ms = performance.timeOrigin + performance.now();
      },
      { capture: true },
    );
  });
}

const lastKeyPress = (composer: Locator): Promise<number> =>
  composer.evaluate(() => (globalThis as Measured).keyPressedAt_ms ?? Number.NaN);

async function recordArrivals(log: Locator, word: string): Promise<void> {
  await log.evaluate((element, wanted) => {
    const arrivedAt_ms: Record<string, number> = {};
    (globalThis as Measured).arrivedAt_ms = arrivedAt_ms;
    const observer = new MutationObserver(() => {
      for (const [text] of element.textContent.matchAll(new RegExp(`${wanted}-\\d\\d`, 'g'))) {
        arrivedAt_ms[text] ??= performance.timeOrigin + performance.now();
      }
    });
    observer.observe(element, { childList: true, subtree: true, characterData: true });
  }, word);
}

const arrivalOf = (log: Locator, text: string): Promise<number | null> =>
  log.evaluate((_, wanted) => (globalThis as Measured).arrivedAt_ms?.[wanted] ?? null, text);
