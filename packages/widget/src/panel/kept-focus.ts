import { useEffect } from 'preact/hooks';

/**
 * Whose button goes away under the keyboard (a message deleted, sent again or dropped, an upload given
 * up) goes on from the conversation, not from the top of the page. Not from where one writes: on a
 * phone that would bring its keyboard up.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: EventTarget | null = null;
    const stop = new AbortController();
    const { signal } = stop;
    document.addEventListener('focusin', ({ target }) => (last = target), { signal });
    const observer = new MutationObserver(() => {
      if (!(last instanceof Element) || last.isConnected) return;
      last = null;
      if (document.activeElement === document.body && document.hasFocus())
        document.querySelector<HTMLElement>('.log')?.focus({ preventScroll: true });
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      stop.abort();
      observer.disconnect();
    };
  }, []);
}
