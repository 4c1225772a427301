import type { ParleyCall } from '../../embed/parley.ts';

/**
 * What may stand in `window.Parley` before the loader came: a list of calls, or anything with one
 * in `q`: `window.Parley = window.Parley || []; Parley.push(['open'])`.
 */
export function queuedCalls(before: unknown): readonly ParleyCall[] {
  const list = (before as { q?: unknown } | undefined)?.q ?? before;
  return Array.isArray(list) ? (list as readonly ParleyCall[]) : [];
}
