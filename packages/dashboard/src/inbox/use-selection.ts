import {
  type KeyboardEvent as ReactKeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { allOf, extended, NO_SELECTION, toggled, within } from './selection.ts';

export interface UsedSelection {
  readonly ids: ReadonlySet<number>;
  /** `toHere`: all from the last one that was chosen. */
  readonly choose: (id: number, toHere: boolean) => void;
  readonly clear: () => void;
  /** `x` chooses the row that has the focus, Shift+X up to it, Ctrl+A all. */
  readonly onKeyDown: (event: ReactKeyboardEvent<HTMLElement>) => void;
}

/** Where Escape closes, clears or leaves something else. */
const HAS_ITS_OWN = '[role=menu], [role=dialog], dialog, textarea, input:not([type=checkbox])';

/** Conversations chosen on a list until it shows others, or until Escape. */
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

  // Wherever the keyboard is: on the buttons beside the list too, or nowhere after a click.
  const isChoosing = selection.ids.size > 0;
  useEffect(() => {
    if (!isChoosing) return undefined;
    const onEscape = ({ key, target }: KeyboardEvent) => {
      if (key === 'Escape' && !(target instanceof Element && target.closest(HAS_ITS_OWN))) clear();
    };
    window.addEventListener('keydown', onEscape);
    return () => window.removeEventListener('keydown', onEscape);
  }, [isChoosing, clear]);

  const onKeyDown = (event: ReactKeyboardEvent<HTMLElement>) => {
    const link = document.activeElement?.closest<HTMLElement>('[data-conversation]');
    const id = Number(link?.dataset['conversation']);
    const command = event.ctrlKey || event.metaKey;
    if (event.key.toLowerCase() === 'x' && !command && id > 0) choose(id, event.shiftKey);
    else if (event.key === 'a' && command) setState({ scope, selection: allOf(order) });
    else return;
    event.preventDefault();
  };
  return { ids: selection.ids, choose, clear, onKeyDown };
}
