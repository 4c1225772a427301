import type { SitePatch } from '@parley/protocol';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { consentContent } from './consent.ts';
import { DEFAULT_SETTINGS, differenceFromDefault, mergeSettings } from './settings.ts';
import type { Site } from './site.ts';
import {
  insertConsentText,
  insertSetting,
  insertSite,
  lockSetting,
  lockSite,
  selectConsentText,
  selectFirstSite,
  selectSetting,
  selectSiteByToken,
  siteFromRow,
  updateIdentitySecret,
  updateSite,
  updateSiteToken,
  upsertSetting,
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
  /** Null where there is no such site. */
  patchSite(id: number, patch: SitePatch, by: By): Promise<Site | null>;
  /** A new secret for the tokens of the site's backend; those by the old one end. Null: no such site. */
  renewIdentitySecret(id: number, by: By): Promise<Site | null>;
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
    patchSite: (id, patch, by) => database.write(changeSite, { id, patch, by }),
    renewIdentitySecret: (id, by) =>
      database.write(replaceIdentitySecret, { id, identity_secret: random.token(), by }),
    ensureSetting: (key, make) =>
      database.write(keepSetting, { key, value: make(), updated_at: clock.now_ms() }),
  };
}

export interface NewSite {
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
      allowed_origins: '[]',
      settings: '{}',
      reopen_window_ms: DEFAULT_SETTINGS.reopen_window_s * 1_000,
      identity_secret: site.identity_secret,
      created_at: site.now_ms,
    }),
  );
  if (row === undefined) throw new Error('The inserted site was not returned');
  return siteFromRow(row);
}

/** A transaction. */
export function* changeSite(sql: Sql, { id, patch, by }: { id: number; patch: SitePatch; by: By }) {
  const before = yield* first(lockSite(sql, { id }));
  if (before === undefined) return null;
  const site = siteFromRow(before);
  const settings = mergeSettings(site.settings, patch.settings ?? {});
  // It has a column of its own.
  const { reopen_window_s, ...rest } = settings;
  const kept = { ...rest, reopen_window_s: DEFAULT_SETTINGS.reopen_window_s };
  const [row = before] = yield* all(
    updateSite(sql, {
      id,
      name: patch.name?.trim() ?? site.name,
      allowed_origins: JSON.stringify(patch.allowed_origins ?? site.allowedOrigins),
      settings: JSON.stringify(differenceFromDefault(kept)),
      reopen_window_ms: reopen_window_s * 1_000,
      consent_version: yield* consentVersion(sql, { ...site, settings }, by.at_ms),
    }),
  );
  const changed = siteFromRow(row);
  yield* record(sql, by, { siteId: id, action: 'site.changed', target: changed.name });
  return changed;
}

/** Other words are another version, which is kept: what somebody agreed to can be read later. */
function* consentVersion(
  sql: Sql,
  { id: site_id, settings, consentVersion }: Site,
  now_ms: number,
) {
  const content = consentContent(settings);
  if (content === null) return consentVersion;
  const latest = yield* first(selectConsentText(sql, { site_id, version: consentVersion }));
  if (latest?.content === content) return consentVersion;
  const version = consentVersion + 1;
  yield* run(insertConsentText(sql, { site_id, version, content, created_at: now_ms }));
  return version;
}

/** A transaction. */
export function* replaceIdentitySecret(
  sql: Sql,
  { by, ...input }: { id: number; identity_secret: string; by: By },
) {
  const [row] = yield* all(updateIdentitySecret(sql, input));
  if (row === undefined) return null;
  yield* record(sql, by, { siteId: input.id, action: 'site.secret_renewed', target: row.name });
  return siteFromRow(row);
}

/** A transaction. */
export function* keepSetting(sql: Sql, input: { key: string; value: string; updated_at: number }) {
  yield* run(insertSetting(sql, input));
  const stored = yield* first(selectSetting(sql, { key: input.key }));
  if (stored === undefined) throw new Error(`The setting ${input.key} was not stored`);
  return stored.value;
}

/** Part of a transaction: what stood there until now, else `initial`; of several nodes, one after another. */
export function* exchangeSetting(
  sql: Sql,
  input: { key: string; initial: string; value: string; updated_at: number },
) {
  const { key, initial, value, updated_at } = input;
  yield* run(insertSetting(sql, { key, value: initial, updated_at }));
  const former = yield* first(lockSetting(sql, { key }));
  yield* run(upsertSetting(sql, { key, value, updated_at }));
  return former?.value ?? initial;
}
