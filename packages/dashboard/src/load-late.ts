import { createStore, type Store } from '@parley/client';

const ASK_AGAIN_MS = 2_000;
const ASK_TIMEOUT_MS = 10_000;

const awaited = createStore(false);

/** Whether a part of the dashboard waits for the server to be there again. */
export const serverIsAwaited: Store<boolean> = awaited;

/**
 * Loads a part of the dashboard that comes when somebody goes there. While the server cannot be
 * reached it waits, and what is shown stays: the router would load the whole page anew, which nobody
 * answers. Rejects where the server answers and the part is not there: it has another version by now,
 * and then the page has to be loaded anew.
 */
export async function loadLate<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await untilServerAnswers();
    return load();
  }
}

let asking: Promise<void> | null = null;

/** Once for all who wait. */
function untilServerAnswers(): Promise<void> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<void> {
  while (!(await answers())) {
    awaited.set(true);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  awaited.set(false);
}

async function answers(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ASK_TIMEOUT_MS);
    return (await fetch('/up', { cache: 'no-store', signal })).ok;
  } catch {
    // No network, or nobody there: that is what is asked.
    return false;
  }
}
