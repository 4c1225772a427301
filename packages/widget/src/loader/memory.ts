import type { Position, Theme } from '../bridge/bridge.ts';

/** What the loader keeps in the page's own storage: how to look at once, and whether to be live. */
export interface Memory {
  readonly color: string | null;
  readonly position: Position;
  readonly theme: Theme;
  /** Whether this visitor has a conversation. Says nothing more: the visitor's token stays in the panel. */
  readonly known: boolean;
}

const EMPTY: Memory = { color: null, position: 'right', theme: 'auto', known: false };

/** Storage may be refused, full or blocked by the browser: then every page starts anew. */
function quietly<T>(access: () => T, otherwise: T): T {
  try {
    return access();
  } catch (error) {
    if (error instanceof Error) return otherwise;
    throw error;
  }
}

export function openMemory(token: string): {
  read(): Memory;
  write(change: Partial<Memory>): void;
  clear(): void;
} {
  const key = `parley:${token}`;
  const read = (): Memory =>
    quietly(
      () => ({ ...EMPTY, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Memory>) }),
      EMPTY,
    );
  return {
    read,
    write: (change) =>
      quietly(() => localStorage.setItem(key, JSON.stringify({ ...read(), ...change })), undefined),
    clear: () => quietly(() => localStorage.removeItem(key), undefined),
  };
}
