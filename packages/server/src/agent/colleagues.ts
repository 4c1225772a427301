import { createHash } from 'node:crypto';

/** What dashboards show of who works on a site, as a row each; only whether it differs matters. */
export interface SiteRow {
  readonly site_id: number;
}

/** Each site with a mark that is another one as soon as a row of it is. */
export function marksOf(rows: readonly SiteRow[]): ReadonlyMap<number, string> {
  const marks = new Map<number, string>();
  for (const [siteId, own] of Map.groupBy(rows, ({ site_id }) => site_id)) {
    marks.set(siteId, createHash('sha256').update(JSON.stringify(own)).digest('base64'));
  }
  return marks;
}

/** Sites whose mark is another; none at all is the empty one. */
export function sitesThatDiffer(
  before: ReadonlyMap<number, string>,
  after: ReadonlyMap<number, string>,
): number[] {
  const sites = new Set([...before.keys(), ...after.keys()]);
  return [...sites].filter((id) => (before.get(id) ?? '') !== (after.get(id) ?? ''));
}
