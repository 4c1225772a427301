/** What the tabs of one browser share with each other: an audience, and a lock. */
export interface Tabs {
  /** Hears what other tabs post under this name, in the order of each; never oneself. */
  open(name: string, onMessage: (message: unknown) => void): TabChannel;
  /**
   * Resolves when this tab has the lock; with `steal` at once, and who had it loses it. Rejects
   * where `signal` ends the wait, or locks do not work here.
   */
  lock(name: string, how: { steal: boolean; signal: AbortSignal }): Promise<HeldLock>;
}

export interface TabChannel {
  post(message: unknown): void;
  close(): void;
}

export interface HeldLock {
  release(): void;
  /** Resolves when another tab took it away. */
  readonly lost: Promise<void>;
}

/**
 * `BroadcastChannel` and Web Locks. Null where one of them is missing: pages that are not served
 * over TLS have no locks, old browsers neither.
 */
export function browserTabs(): Tabs | null {
  if (typeof BroadcastChannel === 'undefined' || !('locks' in navigator)) return null;
  return {
    open(name, onMessage) {
      const channel = new BroadcastChannel(name);
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => onMessage(data));
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
    lock,
  };
}

async function lock(
  name: string,
  { steal, signal }: { steal: boolean; signal: AbortSignal },
): Promise<HeldLock> {
  return new Promise((resolve, reject) => {
    let lose: () => void = () => undefined;
    const lost = new Promise<void>((taken) => {
      lose = taken;
    });
    navigator.locks
      // What steals does not wait, so there is nothing to give up.
      .request(name, steal ? { steal } : { signal }, async () => {
        await new Promise<void>((release) => resolve({ release, lost }));
      })
      .catch((error: unknown) => {
        // Both are told in this way; once it was granted, only the loss is left.
        reject(error instanceof Error ? error : new Error('no lock'));
        lose();
      });
  });
}
