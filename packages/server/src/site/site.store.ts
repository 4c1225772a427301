import type { Insertable, Selectable } from 'kysely';
import { lock, prepared } from '../database/sql.ts';
import type { ConsentTextTable, SiteTable } from '../database/tables/sites.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Some } from './settings.ts';
import type { Site } from './site.ts';

type SiteRow = Selectable<SiteTable>;

export const selectSite = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('sites').selectAll().where('id', '=', values.id),
);

export const selectSiteByToken = prepared((sql, values: { token: string }) =>
  sql.db.selectFrom('sites').selectAll().where('token', '=', values.token),
);

export const selectFirstSite = prepared((sql) =>
  sql.db.selectFrom('sites').selectAll().orderBy('id').limit(1),
);

export const selectSites = prepared((sql) => sql.db.selectFrom('sites').selectAll().orderBy('id'));

export const insertSite = prepared(
  (sql, values: Omit<Insertable<SiteTable>, 'id' | 'consent_version'>) =>
    sql.db
      .insertInto('sites')
      .values({
        token: values.token,
        name: values.name,
        allowed_origins: values.allowed_origins,
        settings: values.settings,
        reopen_window_ms: values.reopen_window_ms,
        identity_secret: values.identity_secret,
        created_at: values.created_at,
      })
      .returningAll(),
);

export const updateSiteToken = prepared((sql, values: { id: number; token: string }) =>
  sql.db
    .updateTable('sites')
    .set({ token: values.token })
    .where('id', '=', values.id)
    .returningAll(),
);

export const updateSite = prepared(
  (
    sql,
    values: Pick<
      SiteRow,
      'id' | 'name' | 'allowed_origins' | 'settings' | 'reopen_window_ms' | 'consent_version'
    >,
  ) =>
    sql.db
      .updateTable('sites')
      .set({
        name: values.name,
        allowed_origins: values.allowed_origins,
        settings: values.settings,
        reopen_window_ms: values.reopen_window_ms,
        consent_version: values.consent_version,
      })
      .where('id', '=', values.id)
      .returningAll(),
);

export const updateIdentitySecret = prepared(
  (sql, values: { id: number; identity_secret: string }) =>
    sql.db
      .updateTable('sites')
      .set({ identity_secret: values.identity_secret })
      .where('id', '=', values.id)
      .returningAll(),
);

/** Held until the transaction ends: two who change different things both get their way. */
export const lockSite = prepared((sql, values: { id: number }) =>
  lock(sql, sql.db.selectFrom('sites').selectAll().where('id', '=', values.id)),
);

export const insertConsentText = prepared((sql, values: Selectable<ConsentTextTable>) =>
  sql.db.insertInto('consent_texts').values({
    site_id: values.site_id,
    version: values.version,
    content: values.content,
    created_at: values.created_at,
  }),
);

export const selectConsentText = prepared((sql, values: { site_id: number; version: number }) =>
  sql.db
    .selectFrom('consent_texts')
    .select(['content', 'created_at'])
    .where('site_id', '=', values.site_id)
    .where('version', '=', values.version),
);

export const selectSetting = prepared((sql, values: { key: string }) =>
  sql.db.selectFrom('settings').select('value').where('key', '=', values.key),
);

/** It stays until the transaction ends. */
export const lockSetting = prepared((sql, values: { key: string }) =>
  lock(sql, sql.db.selectFrom('settings').select('value').where('key', '=', values.key)),
);

/** Does nothing where the key is taken: the first of several nodes decides. */
export const insertSetting = prepared(
  (sql, values: { key: string; value: string; updated_at: number }) =>
    sql.db
      .insertInto('settings')
      .values({ key: values.key, value: values.value, updated_at: values.updated_at })
      .onConflict((conflict) => conflict.column('key').doNothing()),
);

/** Holds the setting until the transaction ends. */
export const upsertSetting = prepared(
  (sql, values: { key: string; value: string; updated_at: number }) =>
    sql.db
      .insertInto('settings')
      .values({ key: values.key, value: values.value, updated_at: values.updated_at })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({ value: values.value, updated_at: values.updated_at }),
      ),
);

export function siteFromRow(row: SiteRow): Site {
  return {
    id: row.id,
    token: row.token,
    name: row.name,
    allowedOrigins: JSON.parse(row.allowed_origins) as string[],
    settings: {
      ...mergeSettings(DEFAULT_SETTINGS, JSON.parse(row.settings) as Some),
      reopen_window_s: Math.round(row.reopen_window_ms / 1_000),
    },
    identitySecret: row.identity_secret,
    consentVersion: row.consent_version,
  };
}
