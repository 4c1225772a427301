import type { LogMessage } from '@parley/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Within this distance the reader counts as being at the end, and stays there. */
const END_PX = 64;

export interface LogScroll {
  /** Whether the newest message is on screen. */
  readonly atEnd: boolean;
  /** Messages that came while the reader was further up. */
  readonly newBelow: number;
  readonly toEnd: () => void;
}

/**
 * Keeps a log where its reader is: at the end while they are at the end, and at the same message when
 * older history is put before it or the box changes its height.
 */
export function useLogScroll(
  log: RefObject<HTMLElement | null>,
  messages: readonly LogMessage[],
): LogScroll {
  const [atEnd, setAtEnd] = useState(true);
  const [newBelow, setNewBelow] = useState(0);
  /** As the last layout left it. */
  const last = useRef({ atEnd: true, fromEnd_px: 0, first: '', newest: '' });

  const measure = useCallback(() => {
    const element = log.current;
    if (element === null) return;
    const fromEnd_px = element.scrollHeight - element.scrollTop;
    const end = fromEnd_px - element.clientHeight < END_PX;
    last.current.fromEnd_px = fromEnd_px;
    last.current.atEnd = end;
    setAtEnd(end);
    if (end) setNewBelow(0);
  }, [log]);

  const toEnd = useCallback(() => {
    const element = log.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    measure();
  }, [log, measure]);

  useLayoutEffect(() => {
    const element = log.current;
    const before = last.current;
    if (element === null) return;
    const first = messages[0]?.key ?? '';
    const newest = messages.at(-1);
    const arrived = newest !== undefined && newest.key !== before.newest && before.newest !== '';
    if (before.atEnd || (arrived && newest.mine && newest.state === 'sending')) {
      element.scrollTop = element.scrollHeight;
    } else if (first !== before.first) {
      // Older history was put before: what was on screen keeps its distance from the end.
      element.scrollTop = element.scrollHeight - before.fromEnd_px;
    } else if (arrived) {
      const known = messages.findIndex((message) => message.key === before.newest);
      setNewBelow((count) => count + messages.length - 1 - known);
    }
    before.first = first;
    before.newest = newest?.key ?? '';
    measure();
  }, [log, messages, measure]);

  useEffect(() => {
    const element = log.current;
    if (element === null) return undefined;
    // The composer grows, a phone's keyboard opens, a picture loads: the end stays the end.
    const observer = new ResizeObserver(() => {
      if (last.current.atEnd) element.scrollTop = element.scrollHeight;
      measure();
    });
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [log, measure]);

  return { atEnd, newBelow, toEnd };
}
