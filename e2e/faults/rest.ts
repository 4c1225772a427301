import { setTimeout as delay } from 'node:timers/promises';
import type { Scene } from './fault.ts';

/**
 * How long it takes, in milliseconds, until nothing is under way and every view is complete; null:
 * longer than the bound.
 */
export async function restOf({ stage, crowd }: Scene, bound_ms: number): Promise<number | null> {
  return within(
    bound_ms,
    async () => crowd.underWay === 0 && crowd.unrest(await stage.store.read()).length === 0,
  );
}

/** How long it takes until this is so, in milliseconds; null: longer than the bound. */
export async function within(
  bound_ms: number,
  condition: () => boolean | Promise<boolean>,
): Promise<number | null> {
  const since = performance.now();
  while (performance.now() - since < bound_ms) {
    if (await condition()) return Math.round(performance.now() - since);
    await delay(100);
  }
  return null;
}
