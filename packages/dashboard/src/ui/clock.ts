import type { Store } from '@parley/client';
import { useStore } from './use-store.ts';

/**
 * One ticking clock for all that shows a span of time: hundreds of rows share a timer instead of
 * having one each, and it rests while nobody looks.
 */
function createClock(step_ms: number): Store<number> {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | null = null;
  const read = () => Math.floor(Date.now() / step_ms) * step_ms;
  let now_ms = read();

  function tick() {
    const next = read();
    if (next === now_ms) return;
    now_ms = next;
    for (const listener of listeners) listener();
  }

  return {
    subscribe(listener: () => void) {
      if (listeners.size === 0) {
        now_ms = read();
        timer = setInterval(tick, step_ms);
        document.addEventListener('visibilitychange', tick);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
        document.removeEventListener('visibilitychange', tick);
      };
    },
    get: () => now_ms,
  };
}

const clocks = { second: createClock(1_000), quarterMinute: createClock(15_000) };

/** Unix milliseconds, ticking. */
export function useNow_ms(step: keyof typeof clocks): number {
  return useStore(clocks[step]);
}

/** Seconds that passed since a time, in steps that fit: seconds in the first minute, then coarser. */
export function useElapsed_s(since_s: number): number {
  const coarse_ms = useNow_ms('quarterMinute');
  // Read once more than the coarse clock says: it may be up to 15 s behind.
  const young = coarse_ms / 1000 - since_s < 75;
  const now_ms = useStore(clocks[young ? 'second' : 'quarterMinute']);
  return now_ms / 1000 - since_s;
}
