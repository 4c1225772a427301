import type { Store } from '@parley/client';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of a store, rendered anew after each change. */
export function useStore<T>(store: Store<T>): T {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  const get = useCallback(() => store.get(), [store]);
  return useSyncExternalStore(subscribe, get);
}
