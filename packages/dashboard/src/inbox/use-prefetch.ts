import { useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useChat } from '../chat-context.tsx';

/** Whoever only passes over a row with the pointer does not want it. */
const INTENT_ms = 60;
/** What is next in the list waits until what was opened is on screen. */
const NEXT_ms = 400;

interface Intent {
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
  readonly onPointerDown: () => void;
  readonly onFocus: () => void;
}

/** Fetches a conversation that somebody is about to open: points at, touches, or comes to by keyboard. */
export function useIntent(id: number): Intent {
  const chat = useChat();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return {
    onPointerEnter: () => {
      timer.current = setTimeout(() => chat.prefetch(id), INTENT_ms);
    },
    onPointerLeave: () => clearTimeout(timer.current),
    onPointerDown: () => chat.prefetch(id),
    onFocus: () => chat.prefetch(id),
  };
}

/** Fetches what stands before and after the open conversation in the list: likely the next. */
export function useNeighbours(order: readonly number[]): void {
  const chat = useChat();
  const { id } = useParams({ strict: false });
  const at = id === undefined ? -1 : order.indexOf(Number(id));
  const [before, after] = at < 0 ? [] : [order[at - 1], order[at + 1]];
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const next of [after, before]) if (next !== undefined) chat.prefetch(next);
    }, NEXT_ms);
    return () => clearTimeout(timer);
  }, [chat, before, after]);
}
