import { useEffect, useState } from 'preact/hooks';

/**
 * Whether somebody is looking at the panel: it is open, on a visible page of the window that has the
 * keyboard (SYNC-12).
 * @param pageFocused whether the page around the panel has it
 */
export function useAttention(open: boolean, pageFocused: boolean): boolean {
  const look = (): boolean => document.visibilityState === 'visible' && document.hasFocus();
  const [here, setHere] = useState(look);
  useEffect(() => {
    const stop = new AbortController();
    const changed = (): void => setHere(look());
    for (const event of ['focus', 'blur'])
      addEventListener(event, changed, { signal: stop.signal });
    document.addEventListener('visibilitychange', changed, { signal: stop.signal });
    changed();
    return () => stop.abort();
  }, []);
  return open && document.visibilityState === 'visible' && (here || pageFocused);
}

/** Unix milliseconds, anew each minute: for "Today" and for what is possible for some minutes only. */
export function useNow(): number {
  const [now_ms, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now_ms;
}
