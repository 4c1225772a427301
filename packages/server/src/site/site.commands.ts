import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { DEFAULT_REOPEN_WINDOW_MS, type Site } from './site.ts';
import {
  insertSetting,
  insertSite,
  selectFirstSite,
  selectSetting,
  selectSiteByToken,
  siteFromRow,
  updateSiteToken,
} from './site.store.ts';
import { oneNodeAtATime } from './start.commands.ts';

export interface SiteCommands {
  /**
   * The first site, made where there is none. A given token (`PARLEY_SITE_TOKEN`) becomes that of
   * the first site, unless another site has it.
   */
  ensureFirstSite(given: {
    token: string | undefined;
    name: string;
  }): Promise<{ site: Site; created: boolean }>;
  createSite(site: { name: string; token?: string }): Promise<Site>;
  /** The stored value, or `make()`, stored: for secrets that are generated on the first start. */
  ensureSetting(key: string, make: () => string): Promise<string>;
}

export function createSiteCommands({
  database,
  clock,
  random,
}: Pick<Context, 'database' | 'clock' | 'random'>): SiteCommands {
  const newSite = (name: string, token: string | undefined): NewSite => ({
    name,
    token: token ?? random.token(),
    identity_secret: random.token(),
    now_ms: clock.now_ms(),
  });
  return {
    ensureFirstSite: ({ token, name }) =>
      database.write(ensureFirstSite, { given: token, site: newSite(name, token) }),
    createSite: ({ name, token }) => database.write(insertNewSite, newSite(name, token)),
    ensureSetting: (key, make) =>
      database.write(keepSetting, { key, value: make(), updated_at: clock.now_ms() }),
  };
}

interface NewSite {
  name: string;
  token: string;
  identity_secret: string;
  now_ms: number;
}

/** A transaction. */
export function* ensureFirstSite(sql: Sql, input: { given: string | undefined; site: NewSite }) {
  yield* oneNodeAtATime(sql, input.site.now_ms);
  const oldest = yield* first(selectFirstSite(sql, {}));
  if (oldest === undefined) return { site: yield* insertNewSite(sql, input.site), created: true };
  if (input.given === undefined || input.given === oldest.token) {
    return { site: siteFromRow(oldest), created: false };
  }
  const holder = yield* first(selectSiteByToken(sql, { token: input.given }));
  const [row = oldest] =
    holder === undefined
      ? yield* all(updateSiteToken(sql, { id: oldest.id, token: input.given }))
      : [holder];
  return { site: siteFromRow(row), created: false };
}

/** A transaction. */
export function* insertNewSite(sql: Sql, site: NewSite) {
  const [row] = yield* all(
    insertSite(sql, {
      name: site.name,
      token: site.token,
      locale: 'en',
      allowed_origins: '[]',
      appearance: '{}',
      prechat: 'off',
      // What is not sent yet is the visitor's own, until the site decides otherwise.
      typing_preview: 0,
      reopen_window_ms: DEFAULT_REOPEN_WINDOW_MS,
      identity_secret: site.identity_secret,
      created_at: site.now_ms,
    }),
  );
  if (row === undefined) throw new Error('The inserted site was not returned');
  return siteFromRow(row);
}

/** A transaction. */
export function* keepSetting(sql: Sql, input: { key: string; value: string; updated_at: number }) {
  yield* run(insertSetting(sql, input));
  const stored = yield* first(selectSetting(sql, { key: input.key }));
  if (stored === undefined) throw new Error(`The setting ${input.key} was not stored`);
  return stored.value;
}
