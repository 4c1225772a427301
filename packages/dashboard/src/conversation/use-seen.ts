import type { OpenConversation } from '@parley/client';
import { type RefObject, useEffect } from 'react';
import { pageIsRead } from '../ui/page-is-read.ts';

/** The attribute that marks a message of the visitor that no agent has read; its value is the seq. */
export const UNSEEN_ATTRIBUTE = 'data-unseen';

/**
 * Tells the client which messages somebody really saw: within the log's visible part, in a page that
 * is on screen and has the focus (SYNC-12). A message taller than half the log counts once half the
 * log is filled with it.
 */
export function useSeen(
  open: OpenConversation,
  log: RefObject<HTMLElement | null>,
  /** Changes whenever other messages are drawn. */
  drawn: unknown,
): void {
  useEffect(() => {
    const root = log.current;
    if (root === null) return undefined;
    const onScreen = new Set<number>();
    const tell = () => {
      if (onScreen.size > 0 && pageIsRead()) open.seen(Math.max(...onScreen));
    };
    const observer = new IntersectionObserver(
      (changes) => {
        for (const change of changes) {
          const seq = Number(change.target.getAttribute(UNSEEN_ATTRIBUTE));
          const share = change.intersectionRect.height / (change.rootBounds?.height ?? 1);
          if (change.intersectionRatio >= 0.5 || share >= 0.5) onScreen.add(seq);
          else onScreen.delete(seq);
        }
        tell();
      },
      { root, threshold: [0, 0.1, 0.25, 0.5, 1] },
    );
    for (const message of root.querySelectorAll(`[${UNSEEN_ATTRIBUTE}]`)) observer.observe(message);
    const listening = new AbortController();
    window.addEventListener('focus', tell, { signal: listening.signal });
    document.addEventListener('visibilitychange', tell, { signal: listening.signal });
    return () => {
      observer.disconnect();
      listening.abort();
    };
  }, [open, log, drawn]);
}
