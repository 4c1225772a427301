import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';

/** What `setTimeout` and `setInterval` give, as far as the server uses it. */
interface Handle {
  cancel(): void;
  ref(): Handle;
  unref(): Handle;
}

type Callback = (...values: unknown[]) => void;

/**
 * Runs with the timers of the whole process on the simulated clock, so that what the server waits
 * for (polls, jobs, leases) takes simulated time. `setImmediate` stays as it is: it takes none.
 */
export async function withTimersOf<T>(clock: SimulatedClock, run: () => Promise<T>): Promise<T> {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval };
  const clear = (handle?: Handle): void => handle?.cancel();
  Object.assign(globalThis, {
    setTimeout: (callback: Callback, delay_ms?: number, ...values: unknown[]) =>
      once(clock, delay_ms, () => callback(...values)),
    setInterval: (callback: Callback, delay_ms?: number, ...values: unknown[]) =>
      again(clock, delay_ms, () => callback(...values)),
    clearTimeout: clear,
    clearInterval: clear,
  });
  try {
    return await run();
  } finally {
    Object.assign(globalThis, real);
  }
}

function once(clock: SimulatedClock, delay_ms: number | undefined, callback: () => void): Handle {
  const timer = clock.after(delay_ms ?? 0, callback);
  return handle(() => timer.cancel());
}

function again(clock: SimulatedClock, delay_ms: number | undefined, callback: () => void): Handle {
  const begin = () =>
    clock.after(Math.max(1, delay_ms ?? 0), () => {
      timer = begin();
      callback();
    });
  let timer = begin();
  return handle(() => timer.cancel());
}

function handle(cancel: () => void): Handle {
  const made: Handle = { cancel, ref: () => made, unref: () => made };
  return made;
}
