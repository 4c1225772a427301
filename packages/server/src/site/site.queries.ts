import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import type { Site } from './site.ts';
import {
  lockSite,
  selectFirstSite,
  selectSite,
  selectSiteByToken,
  selectSites,
  siteFromRow,
} from './site.store.ts';

export interface SiteQueries {
  findSiteByToken(token: string): Promise<Site | null>;
  findSite(id: number): Promise<Site | null>;
  /** The sites that keep what is old for some time only. */
  keepingFor(): Promise<readonly { siteId: number; days: number }[]>;
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
    keepingFor: async () => {
      const rows = await database.query(selectSites(sql, {}));
      return rows.flatMap((row) => {
        const { id: siteId, settings } = siteFromRow(row);
        return settings.retention_days === null ? [] : [{ siteId, days: settings.retention_days }];
      });
    },
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
