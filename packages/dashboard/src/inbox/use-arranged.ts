import type { InboxEntry } from '@parley/protocol';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { arrange, hold, plain, type HeldRows } from './arrange.ts';

/** How long after its last movement a pointer counts as being about to click. */
const STILL_MS = 1_200;

/**
 * The rows of the inbox, held in place while the pointer moves over them or a finger is down. A
 * pointer that merely rests there holds nothing: who waits must not be kept from who looks.
 */
export function useArranged(
  entries: readonly InboxEntry[],
  /** Changes with the filters: then there is nothing to hold on to. */
  scope: string,
  area: RefObject<HTMLElement | null>,
  /** Whether who waits stands first, under a headline. */
  grouped: boolean,
): HeldRows {
  const busy = usePointerBusy(area);
  const next = useMemo(() => (grouped ? arrange(entries) : plain(entries)), [entries, grouped]);
  const shown = useRef({ scope, rows: next });
  const held = useMemo<HeldRows>(() => {
    if (!busy || shown.current.scope !== scope) return { rows: next, added: 0 };
    return hold(shown.current.rows, next);
  }, [busy, next, scope]);
  useEffect(() => {
    shown.current = { scope, rows: held.rows };
  }, [held, scope]);
  return held;
}

function usePointerBusy(area: RefObject<HTMLElement | null>): boolean {
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const free = () => {
      clearTimeout(timer);
      setBusy(false);
    };
    const touch = () => {
      clearTimeout(timer);
      setBusy(true);
      timer = setTimeout(free, STILL_MS);
    };
    const listening = new AbortController();
    const options = { signal: listening.signal, passive: true };
    element.addEventListener('pointermove', touch, options);
    element.addEventListener('pointerdown', touch, options);
    element.addEventListener('pointerleave', free, options);
    return () => {
      listening.abort();
      clearTimeout(timer);
    };
  }, [area]);
  return busy;
}
