import type { Store } from '@parley/client';
import { useStore } from './use-store.ts';

/** A choice of this browser, kept across reloads and shared by its tabs. */
export interface Preference<T extends string> extends Store<T> {
  set(value: T): void;
}

export function createPreference<T extends string>(
  key: string,
  values: readonly T[],
  initial: T,
): Preference<T> {
  const listeners = new Set<() => void>();
  let value = load();

  function load(): T {
    const stored = readStorage(key);
    return values.find((candidate) => candidate === stored) ?? initial;
  }

  function change(next: T) {
    if (next === value) return;
    value = next;
    for (const listener of listeners) listener();
  }

  window.addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) change(load());
  });

  return {
    get: () => value,
    set(next) {
      writeStorage(key, next === initial ? null : next);
      change(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

export function usePreference<T extends string>(preference: Preference<T>): T {
  return useStore(preference);
}

/** Null where nothing is stored, or the browser forbids storage. */
export function readStorage(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Returns whether it is stored; a full or forbidden storage is a fact of life, not an error. */
export function writeStorage(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
