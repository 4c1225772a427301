import type { FirstMessageProof } from '@parley/protocol';
import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import type { Site } from './site.ts';
import {
  lockSite,
  selectConsentText,
  selectFirstSite,
  selectSite,
  selectSiteByToken,
  selectSites,
  siteFromRow,
} from './site.store.ts';

export interface Keeping {
  readonly siteId: number;
  /** Of conversations and visitors. */
  readonly days: number | null;
  /** Of files. */
  readonly fileDays: number | null;
}

export interface SiteQueries {
  findSiteByToken(token: string): Promise<Site | null>;
  findSite(id: number): Promise<Site | null>;
  /** The sites that keep what is old for some time only. Null: for ever. */
  keepingFor(): Promise<readonly Keeping[]>;
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
        const { retention_days: days, file_retention_days: fileDays } = settings;
        return days === null && fileDays === null ? [] : [{ siteId, days, fileDays }];
      });
    },
    firstSite: () => one(selectFirstSite(sql, {})),
  };
}

/** Within a transaction: a statement whose rows {@link beginningsOf} reads. */
export function selectBeginnings(sql: Sql, siteId: number) {
  return selectSite(sql, { id: siteId });
}

/** How long the site's conversations may be reopened, and when a new one needs a proof of work. */
export function beginningsOf([row]: readonly Parameters<typeof siteFromRow>[0][]): {
  readonly window_ms: number;
  readonly proofWhen: FirstMessageProof;
} {
  if (row === undefined) return { window_ms: 0, proofWhen: 'off' };
  const { first_message_proof: proofWhen } = siteFromRow(row).settings;
  return { window_ms: row.reopen_window_ms, proofWhen };
}

/** A statement that reads what visitors of the site were asked to agree to. */
export function selectConsentTextOf(sql: Sql, siteId: number, version: number) {
  return selectConsentText(sql, { site_id: siteId, version });
}

/** Within a transaction: a statement that holds the site, for who counts what it has before adding. */
export function lockSiteOf(sql: Sql, siteId: number) {
  return lockSite(sql, { id: siteId });
}
