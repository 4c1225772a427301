import type { Kept, Position, Theme } from '../bridge/bridge.ts';

/** What the loader keeps in the page's own storage: how to look at once, and whether to be live. */
export interface Memory {
  readonly color: string | null;
  readonly position: Position;
  readonly theme: Theme;
  /** Whether this visitor has a conversation. Says nothing more: the visitor's token stays in the panel. */
  readonly known: boolean;
  /** The panel's own things, where the browser keeps nothing for frames of other sites. */
  readonly kept: Kept | null;
}

const EMPTY: Memory = { color: null, position: 'right', theme: 'auto', known: false, kept: null };

/** Storage may be refused, full or blocked by the browser: then every page starts anew. */
function quietly<T>(access: () => T): T | null {
  try {
    return access();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

export function openMemory(token: string): {
  read(): Memory;
  write(change: Partial<Memory>): void;
  clear(): void;
} {
  const key = `parley:${token}`;
  const read = (): Memory => ({
    ...EMPTY,
    ...quietly(() => JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Memory>),
  });
  return {
    read,
    write: (change) =>
      quietly(() => localStorage.setItem(key, JSON.stringify({ ...read(), ...change }))),
    clear: () => quietly(() => localStorage.removeItem(key)),
  };
}
