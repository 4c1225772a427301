import type { ParleyEvents } from './api.ts';

type Listeners = { [E in keyof ParleyEvents]: Set<(detail: ParleyEvents[E]) => void> };

/** Tells the page what happens. */
export interface Emitter {
  /** An unknown event is never told. Returns how to stop listening. */
  readonly on: <E extends keyof ParleyEvents>(
    event: E,
    listener: (detail: ParleyEvents[E]) => void,
  ) => () => void;
  readonly emit: <E extends keyof ParleyEvents>(event: E, detail: ParleyEvents[E]) => void;
  readonly clear: () => void;
}

export function createEmitter(): Emitter {
  const listeners: Listeners = {
    ready: new Set(),
    open: new Set(),
    close: new Set(),
    state: new Set(),
    unread: new Set(),
    message: new Set(),
  };
  return {
    on(event, listener) {
      listeners[event]?.add(listener);
      return () => void listeners[event]?.delete(listener);
    },
    emit(event, detail) {
      // Each in a task of its own: a mistake of the page is reported as such, and the chat goes on.
      for (const listener of listeners[event]) queueMicrotask(() => listener(detail));
    },
    clear() {
      for (const set of Object.values(listeners)) set.clear();
    },
  };
}
