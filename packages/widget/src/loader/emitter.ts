import type { ParleyEvents } from '../../embed/parley.ts';

type Listener<E extends keyof ParleyEvents> = (detail: ParleyEvents[E]) => void;

/** Tells the page what happens. */
export interface Emitter {
  /** An unknown event is never told. Returns how to stop listening. */
  readonly on: <E extends keyof ParleyEvents>(event: E, listener: Listener<E>) => () => void;
  readonly emit: <E extends keyof ParleyEvents>(event: E, detail: ParleyEvents[E]) => void;
  readonly clear: () => void;
}

export function createEmitter(): Emitter {
  const listeners = new Set<readonly [event: string, listener: (detail: never) => void]>();
  return {
    on(event, listener) {
      const entry = [event, listener] as const;
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    emit(event, detail) {
      for (const [name, listener] of listeners)
        // Each in a task of its own: a mistake of the page is reported as such, and the chat goes on.
        if (name === event) queueMicrotask(() => listener(detail as never));
    },
    clear: () => listeners.clear(),
  };
}
