import { useEffect, useState } from 'preact/hooks';

/**
 * A part of the panel that is loaded when it is wanted first; null until it is there.
 * @param load always the same function, as it is called once
 */
export function useLazy<T>(wanted: boolean, load: () => Promise<T>): T | null {
  const [part, setPart] = useState<{ readonly loaded: T } | null>(null);
  useEffect(() => {
    if (!wanted || part !== null) return;
    // Offline: it is asked for again when it is wanted again.
    load().then(
      (loaded) => setPart({ loaded }),
      () => undefined,
    );
  }, [wanted]);
  return part?.loaded ?? null;
}
