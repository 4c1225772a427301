import type { Store } from '@parley/client';
import { useLayoutEffect, useState } from 'preact/hooks';

/** The store's value; draws anew when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, draw] = useState<unknown>();
  const value = store.get();
  useLayoutEffect(() => {
    // An object of its own, since a function as state would be called.
    const changed = (): void => draw({});
    // It may have changed between drawing and now.
    if (!Object.is(store.get(), value)) changed();
    return store.subscribe(changed);
  }, [store]);
  return value;
}
