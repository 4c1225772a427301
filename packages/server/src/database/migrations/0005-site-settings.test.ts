import Sqlite from 'better-sqlite3';
import { Kysely, sql, SqliteDialect } from 'kysely';
import { expect, it } from 'vitest';
import { first } from './0001-first.ts';
import { siteSettings } from './0005-site-settings.ts';

it('what a site had decided before is among its settings', async () => {
  const db = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: new Sqlite(':memory:') }),
  });
  await first.up(db);
  const site = (
    token: string,
    locale: string,
    appearance: string,
    prechat: string,
    typing: number,
  ) =>
    sql`insert into sites (token, name, locale, allowed_origins, appearance, prechat,
      typing_preview, reopen_window_ms, identity_secret, created_at) values (${token}, 'S',
      ${locale}, '[]', ${appearance}, ${prechat}, ${typing}, 1, 's', 0)`.execute(db);
  await site('a', 'en', '{}', 'off', 0);
  await site('b', 'de', '{"color":"#ff0000"}', 'required', 1);
  await siteSettings.up(db);
  const { rows } = await sql<{ settings: string }>`select settings from sites order by id`.execute(
    db,
  );
  expect(rows.map(({ settings }) => JSON.parse(settings) as unknown)).toEqual([
    {},
    { locale: 'de', appearance: { color: '#ff0000' }, prechat: 'required', typing_preview: true },
  ]);
  await db.destroy();
});
