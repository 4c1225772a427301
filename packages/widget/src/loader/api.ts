import type { ParleyApi, ParleyCall } from '../../embed/parley.ts';

/**
 * Makes the calls that wait in what stood in `window.Parley` before the loader came: a list, or
 * anything with one in `q`: `window.Parley = window.Parley || []; Parley.push(['open'])`. Who still
 * holds the list, as `Parley.push(await something)` does while it waits, is heard as well.
 */
export function takeQueue(before: unknown, { push }: Pick<ParleyApi, 'push'>): void {
  const list = (before as { q?: unknown } | undefined)?.q ?? before;
  if (!Array.isArray(list)) return;
  Object.assign(list, { push });
  push(...(list as readonly ParleyCall[]));
}
