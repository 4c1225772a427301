import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import type { Site } from './site.ts';
import {
  lockSite,
  selectFirstSite,
  selectSite,
  selectSiteByToken,
  siteFromRow,
} from './site.store.ts';

export interface SiteQueries {
  findSiteByToken(token: string): Promise<Site | null>;
  findSite(id: number): Promise<Site | null>;
  /** The oldest: the one that the test page embeds. */
  firstSite(): Promise<Site | null>;
}

export function createSiteQueries({ database }: Pick<Context, 'database'>): SiteQueries {
  const { sql } = database;
  const one = async (query: ReturnType<typeof selectSite>): Promise<Site | null> => {
    const [row] = await database.query(query);
    return row === undefined ? null : siteFromRow(row);
  };
  return {
    findSiteByToken: (token) => one(selectSiteByToken(sql, { token })),
    findSite: (id) => one(selectSite(sql, { id })),
    firstSite: () => one(selectFirstSite(sql, {})),
  };
}

/** Within a transaction: a statement that reads how long the site's conversations may be reopened. */
export function selectReopenWindow(sql: Sql, siteId: number) {
  return selectSite(sql, { id: siteId });
}

/** Within a transaction: a statement that holds the site, for who counts what it has before adding. */
export function lockSiteOf(sql: Sql, siteId: number) {
  return lockSite(sql, { id: siteId });
}
