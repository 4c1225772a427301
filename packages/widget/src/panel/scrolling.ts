import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** Nearer to the end than this counts as being there. In CSS pixels. */
const END_PX = 60;
/** Nearer to the beginning than this, older messages are fetched. */
const BEGINNING_PX = 400;

export interface ScrollingProps {
  /** What scrolls. */
  readonly box: RefObject<HTMLElement | null>;
  /** Asks for older messages; null: there are none, or they are on their way. */
  readonly loadOlder: (() => void) | null;
  /** Rises with each message that the reader sends. */
  readonly sendings: number;
  /** Whether the newest message is in view. */
  readonly onAtEnd: (atEnd: boolean) => void;
  /** Filled in: takes the reader there. */
  readonly toEnd: { current: () => void };
}

/**
 * Keeps the log where a reader expects it: at the end if it was there, else on the message that is
 * being read, also when older ones are put in above it.
 * @param content changes whenever what is drawn changes
 * @param first key of the first message, drawn with the attribute `data-key`
 */
export function useScrolling(
  { box, loadOlder, sendings, onAtEnd, toEnd }: ScrollingProps,
  content: unknown,
  first: string | null,
): void {
  // What was drawn last: whether at the end, where the then first message stood, how high the box was,
  // how far it was scrolled to stay at the end.
  const last = useRef({ atEnd: true, first, first_px: 0, height_px: 0, end_px: 0 });

  const find = (key: string | null): HTMLElement | null =>
    key === null ? null : (box.current?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? null);

  const stayAtEnd = (element: HTMLElement): void => {
    element.scrollTop = element.scrollHeight;
    last.current.end_px = element.scrollTop;
  };

  const setAtEnd = (atEnd: boolean): void => {
    last.current.atEnd = atEnd;
    onAtEnd(atEnd);
  };

  toEnd.current = () => {
    if (box.current === null) return;
    stayAtEnd(box.current);
    setAtEnd(true);
  };
  // One's own message is always shown, wherever one was reading.
  useEffect(() => toEnd.current(), [sendings]);
  // Without messages there is no way down to them.
  useEffect(() => () => onAtEnd(true), []);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const onScroll = (): void => {
      // A scroll of before, told after something beside the log has grown: not the reader's doing.
      if (last.current.atEnd && element.clientHeight !== last.current.height_px) return;
      setAtEnd(element.scrollHeight - element.clientHeight - element.scrollTop < END_PX);
      if (element.scrollTop < BEGINNING_PX) loadOlder?.();
    };
    element.addEventListener('scroll', onScroll);
    return () => element.removeEventListener('scroll', onScroll);
  }, [box, loadOlder]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const before = last.current;
    // The browser tells of scrolling with its next frame, and what is drawn may come before that.
    const end_px = Math.min(before.end_px, element.scrollHeight - element.clientHeight);
    if (before.atEnd && element.scrollTop < end_px - END_PX) setAtEnd(false);
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
}
