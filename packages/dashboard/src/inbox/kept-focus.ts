import {
  createContext,
  type FocusEventHandler,
  type RefObject,
  useContext,
  useLayoutEffect,
  useRef,
} from 'react';
import { isKeyboardNowhere } from '../ui/give-back.ts';
import { rowAfter } from './selection.ts';

/** Whether the keyboard was on what the inbox showed until now: then it is on what comes in its place. */
export const KeyboardLeft = createContext<RefObject<boolean>>({ current: false });

/** Takes the keyboard over from what stood here, and hands it on (WCAG 2.4.3). */
export function useInheritedFocus(place: RefObject<HTMLElement | null>): void {
  const left = useContext(KeyboardLeft);
  useLayoutEffect(() => {
    const element = place.current;
    if (left.current && isKeyboardNowhere()) element?.focus();
    left.current = false;
    return () => {
      left.current = element?.contains(document.activeElement) ?? false;
    };
  }, [left, place]);
}

interface FocusHandlers {
  readonly onFocus: FocusEventHandler<HTMLElement>;
  readonly onBlur: FocusEventHandler<HTMLElement>;
}

/**
 * Keeps the keyboard on the list when what had it goes: to the row that it came from when a selection
 * ends, for then its buttons and boxes are gone; to the next row when that one leaves the list.
 */
export function useKeptFocus(
  order: readonly number[],
  isChoosing: boolean,
  focus: (id: number) => void,
): FocusHandlers {
  const left = useContext(KeyboardLeft);
  const isHere = useRef(false);
  /** The row that had it last, and the list as that row was last on it. */
  const last = useRef<{ id: number | null; order: readonly number[] }>({ id: null, order });
  const wasChoosing = useRef(false);
  useLayoutEffect(() => {
    const { id, order: before } = last.current;
    const isOver = wasChoosing.current && !isChoosing;
    const isGone = id !== null && !order.includes(id);
    wasChoosing.current = isChoosing;
    if (!isGone) last.current = { id, order };
    if (!isHere.current || !(isOver || isGone)) return;
    const box = document.activeElement?.getAttribute('role') === 'checkbox';
    if (!isKeyboardNowhere() && !(isOver && box)) return;
    const next = rowAfter(id, before, order);
    if (next !== null) focus(next);
  }, [order, isChoosing, focus]);

  const first = useRef(() => order[0] !== undefined && focus(order[0]));
  useLayoutEffect(() => {
    if (left.current && isKeyboardNowhere()) first.current();
    left.current = false;
    return () => {
      left.current = isHere.current;
    };
  }, [left]);

  return {
    // Of the menus of its buttons as well, wherever they are drawn.
    onFocus: ({ target }) => {
      isHere.current = true;
      const row = target.closest('li')?.querySelector<HTMLElement>('[data-conversation]');
      if (row) last.current = { id: Number(row.dataset['conversation']), order };
    },
    onBlur: ({ target, currentTarget, relatedTarget }) => {
      // Else another window is looked at.
      if (document.activeElement !== target) isHere.current = currentTarget.contains(relatedTarget);
    },
  };
}
