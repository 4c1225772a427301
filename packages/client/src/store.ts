/**
 * An observable value that fits React's `useSyncExternalStore` and Preact's: `get()` keeps its
 * identity until the value changes.
 */
export interface Store<T> {
  get(): T;
  /** Calls the listener after each change; returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

export interface WritableStore<T> extends Store<T> {
  set(value: T): void;
  /**
   * Sets without telling anyone yet; the returned function tells. So that several stores can
   * change before anyone looks at them.
   */
  put(value: T): () => void;
}

export function createStore<T>(initial: T): WritableStore<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const tell = () => {
    // A copy: a listener may unsubscribe itself or others while it runs.
    for (const listener of Array.from(listeners)) listener();
  };
  const put = (next: T): (() => void) => {
    if (Object.is(next, value)) return () => undefined;
    value = next;
    return tell;
  };
  return {
    get: () => value,
    put,
    set: (next) => put(next)(),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Copies a store into another, now and at each change; returns how to stop that. */
export function mirror<T>(
  from: Store<T>,
  to: WritableStore<T>,
  onChange: (value: T) => void,
): () => void {
  const copy = () => {
    to.set(from.get());
    onChange(from.get());
  };
  copy();
  return from.subscribe(copy);
}
