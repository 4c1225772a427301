// How long a message takes from one browser to the other, measured inside them.
import { type Locator, expect } from '@playwright/test';
import type { Person } from './people.ts';

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** What is said meanwhile, in this order. */
export const texts = (word: string, rounds: number): string[] =>
  Array.from({ length: rounds }, (_, index) => `${word}-${String(index + 1).padStart(2, '0')}`);

/** From the key press in one page to the message in the document of the other. */
export async function measureDelivery(
  from: Person,
  to: Person,
  word: string,
  rounds: number,
): Promise<number[]> {
  await recordKeyPresses(from.composer);
  await recordArrivals(to.log, word);
  const times_ms: number[] = [];
  for (const text of texts(word, rounds)) {
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
  copiesAtMost?: number;
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

/** From now on, the most copies of one text that stood in the log at the same time. */
export async function watchForCopies(log: Locator, word: string): Promise<() => Promise<number>> {
  await log.evaluate((element, wanted) => {
    const page = globalThis as Measured;
    page.copiesAtMost = 0;
    const observer = new MutationObserver(() => {
      const found = [...element.textContent.matchAll(new RegExp(`${wanted}-\\d\\d`, 'g'))];
      const counts = Map.groupBy(found, ([text]) => text).values();
      for (const { length } of counts) page.copiesAtMost = Math.max(page.copiesAtMost ?? 0, length);
    });
    observer.observe(element, { childList: true, subtree: true, characterData: true });
  }, word);
  return () => log.evaluate(() => (globalThis as Measured).copiesAtMost ?? 0);
}

const arrivalOf = (log: Locator, text: string): Promise<number | null> =>
  log.evaluate((_, wanted) => (globalThis as Measured).arrivedAt_ms?.[wanted] ?? null, text);
