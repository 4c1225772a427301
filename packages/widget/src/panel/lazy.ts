import { platform, untilLoaded } from '@parley/client';
import { useEffect, useState } from 'preact/hooks';

/**
 * A part of the panel that is loaded when it is wanted first; null until it is there. Where it does
 * not come it is asked for again, as long as it is wanted.
 * @param load always the same function
 */
export function useLazy<T>(wanted: boolean, load: () => Promise<T>): T | null {
  const [part, setPart] = useState<{ readonly loaded: T } | null>(null);
  useEffect(() => {
    if (!wanted || part !== null) return undefined;
    const gone = new AbortController();
    void untilLoaded(platform(), load, gone.signal).then((loaded) => {
      if (loaded !== null) setPart({ loaded });
    });
    return () => gone.abort();
  }, [wanted]);
  return part?.loaded ?? null;
}
