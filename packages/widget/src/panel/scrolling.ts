import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Nearer to the end than this counts as being there. In CSS pixels. */
const END_PX = 60;
/** Nearer to the beginning than this, older messages are fetched. */
const BEGINNING_PX = 400;

export interface Scrolling {
  /** Whether the newest message is in view. */
  readonly atEnd: boolean;
  readonly toEnd: () => void;
  readonly onScroll: () => void;
}

/**
 * Keeps the log where a reader expects it: at the end if it was there, else on the message that is
 * being read, also when older ones are put in above it.
 * @param content changes whenever what is drawn changes
 * @param first key of the first message, drawn with the attribute `data-key`
 */
export function useScrolling(
  box: RefObject<HTMLElement | null>,
  content: unknown,
  first: string | null,
  loadOlder: (() => void) | null,
): Scrolling {
  const [atEnd, setAtEnd] = useState(true);
  // What was drawn last: whether at the end, where the then first message stood, how high the box was,
  // how far it was scrolled to stay at the end.
  const last = useRef({ atEnd: true, first, first_px: 0, height_px: 0, end_px: 0 });

  const find = (key: string | null): HTMLElement | null =>
    key === null ? null : (box.current?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? null);

  const stayAtEnd = (element: HTMLElement): void => {
    element.scrollTop = element.scrollHeight;
    last.current.end_px = element.scrollTop;
  };

  const toEnd = useCallback(() => {
    if (box.current === null) return;
    stayAtEnd(box.current);
    last.current.atEnd = true;
    setAtEnd(true);
  }, [box]);

  const onScroll = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    // A scroll of before, told after something beside the log has grown: not the reader's doing.
    if (last.current.atEnd && element.clientHeight !== last.current.height_px) return;
    const end = element.scrollHeight - element.clientHeight - element.scrollTop < END_PX;
    last.current.atEnd = end;
    setAtEnd(end);
    if (element.scrollTop < BEGINNING_PX) loadOlder?.();
  }, [box, loadOlder]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const before = last.current;
    // The browser tells of scrolling with its next frame, and what is drawn may come before that.
    const end_px = Math.min(before.end_px, element.scrollHeight - element.clientHeight);
    if (before.atEnd && element.scrollTop < end_px - END_PX) {
      before.atEnd = false;
      setAtEnd(false);
    }
    if (before.atEnd) stayAtEnd(element);
    else if (before.first !== first) {
      const anchor = find(before.first);
      if (anchor !== null) element.scrollTop += anchor.offsetTop - before.first_px;
    }
    before.first = first;
    before.first_px = find(first)?.offsetTop ?? 0;
  }, [content, first]);

  // The keyboard, a growing composer or a wider window change the height: the end stays in view.
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      last.current.height_px = element.clientHeight;
      if (last.current.atEnd) stayAtEnd(element);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  // What does not fill the screen cannot be scrolled: fetch until it does.
  useEffect(() => {
    const element = box.current;
    if (element !== null && element.scrollHeight <= element.clientHeight) loadOlder?.();
  }, [content, loadOlder]);

  return { atEnd, toEnd, onScroll };
}
