import type { TokenStorage } from '@parley/client';

/**
 * The panel's own `localStorage`. Browsers partition it by the site around the panel, or refuse it:
 * then the conversation lives as long as the page.
 */
export function openStorage(): TokenStorage {
  const memory = new Map<string, string>();
  function attempt<T>(access: (storage: Storage) => T, otherwise: () => T): T {
    try {
      // Reading the property alone throws where storage is refused.
      return access(localStorage);
    } catch (error) {
      if (error instanceof Error) return otherwise();
      throw error;
    }
  }
  return {
    getItem: (key) =>
      memory.get(key) ??
      attempt(
        (storage) => storage.getItem(key),
        () => null,
      ),
    setItem: (key, value) =>
      attempt(
        (storage) => {
          storage.setItem(key, value);
          memory.delete(key);
        },
        () => void memory.set(key, value),
      ),
    removeItem(key) {
      memory.delete(key);
      attempt(
        (storage) => storage.removeItem(key),
        () => undefined,
      );
    },
  };
}
