import type { LogMessage } from '@parley/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Within this distance the reader counts as being at the end, and stays there. */
const END_PX = 64;
/** Places are rounded by the browser; a reader who scrolls moves farther. */
const ROUNDING_PX = 2;

export interface LogScroll {
  /** Whether the newest message is on screen. */
  readonly atEnd: boolean;
  /** Messages that came while the reader was further up. */
  readonly newBelow: number;
  readonly toEnd: () => void;
}

type Box = Pick<HTMLElement, 'scrollTop' | 'scrollHeight' | 'clientHeight'>;

const NO_BOX: Box = { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };

const boxOf = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement): Box => ({
  scrollTop,
  scrollHeight,
  clientHeight,
});

const isAtEnd = ({ scrollHeight, clientHeight }: Box, top_px: number): boolean =>
  scrollHeight - top_px - clientHeight < END_PX;

/** Whether the reader went elsewhere; a box that got higher, or its content lower, moves by itself. */
function isScrolled(before: Box, now: Box): boolean {
  const kept_px = Math.min(before.scrollTop, now.scrollHeight - now.clientHeight);
  return Math.abs(now.scrollTop - kept_px) > ROUNDING_PX;
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
  const last = useRef({ atEnd: true, box: NO_BOX, first: '', newest: '' });

  const measure = useCallback(() => {
    const element = log.current;
    if (element === null) return;
    const box = boxOf(element);
    const end = isAtEnd(box, box.scrollTop);
    last.current.box = box;
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
    // The browser tells of scrolling with its next frame, and what is drawn may come before that.
    const scrolled = isScrolled(before.box, boxOf(element));
    const top_px = scrolled ? element.scrollTop : before.box.scrollTop;
    if (scrolled) before.atEnd = isAtEnd(before.box, top_px);
    const arrived = newest !== undefined && newest.key !== before.newest && before.newest !== '';
    if (before.atEnd || (arrived && newest.mine && newest.state === 'sending')) {
      element.scrollTop = element.scrollHeight;
    } else if (first !== before.first) {
      // Older history was put before: what was on screen keeps its distance from the end.
      element.scrollTop = element.scrollHeight - (before.box.scrollHeight - top_px);
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
    const onScroll = () => {
      // The log's own, told after the box has changed: that is no reader who goes away.
      if (isScrolled(last.current.box, boxOf(element))) measure();
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [log, measure]);

  return { atEnd, newBelow, toEnd };
}
