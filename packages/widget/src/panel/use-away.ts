import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Somebody presses, or goes by the keyboard, elsewhere than in what surrounds the element. */
export function useAway(inside: RefObject<HTMLElement | null>, act: () => void): void {
  useEffect(() => {
    function away({ target }: Event): void {
      const around = inside.current?.parentElement;
      if (!(target instanceof Node) || around?.contains(target) !== true) act();
    }
    const stop = new AbortController();
    for (const event of ['pointerdown', 'focusin'])
      document.addEventListener(event, away, { signal: stop.signal });
    return () => stop.abort();
  }, []);
}
