import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { allOf, extended, NO_SELECTION, toggled, within } from './selection.ts';

export interface UsedSelection {
  readonly ids: ReadonlySet<number>;
  /** `toHere`: all from the last one that was chosen. */
  readonly choose: (id: number, toHere: boolean) => void;
  readonly clear: () => void;
  /** `x` chooses the row that has the focus, Shift+X up to it, Ctrl+A all, Escape none. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** Conversations chosen on a list, until it shows others. */
export function useSelection(order: readonly number[], scope: string): UsedSelection {
  const [state, setState] = useState({ scope, selection: NO_SELECTION });
  const shown = useRef(order);
  useEffect(() => {
    shown.current = order;
  }, [order]);
  const current = state.scope === scope ? state.selection : NO_SELECTION;
  const selection = useMemo(() => within(current, order), [current, order]);

  const choose = useCallback(
    (id: number, toHere: boolean) =>
      setState((old) => {
        const before = old.scope === scope ? old.selection : NO_SELECTION;
        const next = toHere ? extended(before, id, shown.current) : toggled(before, id);
        return { scope, selection: next };
      }),
    [scope],
  );
  const clear = useCallback(() => setState({ scope, selection: NO_SELECTION }), [scope]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isChoosing = selection.ids.size > 0;
    const link = document.activeElement?.closest<HTMLElement>('[data-conversation]');
    const id = Number(link?.dataset['conversation']);
    const command = event.ctrlKey || event.metaKey;
    if (event.key.toLowerCase() === 'x' && !command && id > 0) choose(id, event.shiftKey);
    else if (event.key === 'Escape' && isChoosing) clear();
    else if (event.key === 'a' && command) setState({ scope, selection: allOf(order) });
    else return;
    event.preventDefault();
  };
  return { ids: selection.ids, choose, clear, onKeyDown };
}
