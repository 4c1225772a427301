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

/**
 * The row for whoever was on this one: itself, else the nearest that stood below it, else the nearest
 * above; the first where nothing is known. Null: the list is empty.
 */
export function rowAfter(
  id: number | null,
  before: readonly number[],
  order: readonly number[],
): number | null {
  const here = new Set(order);
  const at = id === null ? -1 : before.indexOf(id);
  const below = before.slice(Math.max(at, 0)).find((one) => here.has(one));
  const above = before.slice(0, Math.max(at, 0)).findLast((one) => here.has(one));
  return (at < 0 ? order[0] : (below ?? above)) ?? order[0] ?? null;
}

function bounded({ ids, anchor }: Selection): Selection {
  return { ids: new Set([...ids].slice(0, SELECTION_MAX)), anchor };
}
