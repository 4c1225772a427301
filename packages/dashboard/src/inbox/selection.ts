/** Conversations that are chosen for one change of all of them. Pure. */
export interface Selection {
  readonly ids: ReadonlySet<number>;
  /** From where a range goes on: the last one that was chosen by itself. */
  readonly anchor: number | null;
}

export const NO_SELECTION: Selection = { ids: new Set(), anchor: null };

/** As many as one call changes. */
export const SELECTION_MAX = 200;

export function toggled({ ids }: Selection, id: number): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return bounded({ ids: next, anchor: id });
}

/** All from the anchor to this one, in the order on screen; what was chosen stays. */
export function extended(selection: Selection, to: number, order: readonly number[]): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const end = order.indexOf(to);
  if (from === -1 || end === -1) return toggled(selection, to);
  const range = order.slice(Math.min(from, end), Math.max(from, end) + 1);
  return bounded({ ids: new Set([...selection.ids, ...range]), anchor: selection.anchor });
}

export function allOf(order: readonly number[]): Selection {
  return bounded({ ids: new Set(order), anchor: order[0] ?? null });
}

/** Without those that are not on the list any more. */
export function within({ ids, anchor }: Selection, order: readonly number[]): Selection {
  const here = new Set(order);
  const kept = [...ids].filter((id) => here.has(id));
  if (kept.length === ids.size) return { ids, anchor };
  return { ids: new Set(kept), anchor: anchor !== null && here.has(anchor) ? anchor : null };
}

function bounded({ ids, anchor }: Selection): Selection {
  return { ids: new Set([...ids].slice(0, SELECTION_MAX)), anchor };
}
