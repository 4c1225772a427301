import type { LogMessage, OpenConversation } from '@parley/client';
import { useRouterState } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';

/** Further back than that nobody is taken: some thousands of messages would have to be loaded. */
const PAGES_MAX = 60;
const FLASH_MS = 1_600;

/**
 * Goes to the message that the address names (`#m12`: the one at place 12), loading history until it
 * is there; once for each time that the address changes.
 */
export function useJump(
  open: OpenConversation,
  log: RefObject<HTMLElement | null>,
  view: {
    readonly messages: readonly LogMessage[];
    readonly hasOlder: boolean;
    readonly loadingOlder: boolean;
  },
): void {
  const { href, hash } = useRouterState({ select: (state) => state.location });
  const wanted = Number(/^m(\d{1,15})$/.exec(hash)?.[1] ?? 0);
  const jump = useRef({ href: '', pages: 0, done: true });
  const { messages, hasOlder, loadingOlder } = view;
  useEffect(() => {
    if (jump.current.href !== href) jump.current = { href, pages: 0, done: wanted === 0 };
    if (jump.current.done) return;
    const oldest = messages.find((message) => message.seq !== null)?.seq ?? null;
    const isHere = oldest !== null && oldest <= wanted;
    if (!isHere && hasOlder && jump.current.pages < PAGES_MAX) {
      if (loadingOlder) return;
      jump.current.pages += 1;
      open.loadOlder().catch(() => {
        jump.current.done = true;
      });
      return;
    }
    jump.current.done = true;
    // After what keeps the log where it was has had its turn.
    requestAnimationFrame(() => {
      const message = log.current?.querySelector<HTMLElement>(`[data-seq="${wanted}"]`);
      message?.scrollIntoView({ block: 'center' });
      // A shadow follows the shape of the bubble.
      message?.animate([{ filter: 'drop-shadow(0 0 5px var(--color-accent))' }, {}], FLASH_MS);
    });
  }, [open, log, href, wanted, messages, hasOlder, loadingOlder]);
}
