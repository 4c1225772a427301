import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

interface OldSite {
  readonly id: number;
  readonly locale: string;
  readonly appearance: string;
  readonly prechat: string;
  readonly typing_preview: number;
}

/**
 * What the owner of a site decides is one JSON text: what differs from the default. The window in
 * which a message reopens keeps its column, for each message asks for it.
 */
export const siteSettings: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('sites')
      .addColumn('settings', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute();
    const sites = await sql<OldSite>`select id, locale, appearance, prechat, typing_preview
      from sites`.execute(db);
    for (const { id, ...site } of sites.rows) {
      const settings = JSON.stringify({
        ...(site.locale !== 'en' && { locale: site.locale }),
        ...(site.appearance !== '{}' && { appearance: JSON.parse(site.appearance) as object }),
        ...(site.prechat !== 'off' && { prechat: site.prechat }),
        ...(site.typing_preview === 1 && { typing_preview: true }),
      });
      await sql`update sites set settings = ${settings} where id = ${id}`.execute(db);
    }
    for (const column of ['locale', 'appearance', 'prechat', 'typing_preview']) {
      await db.schema.alterTable('sites').dropColumn(column).execute();
    }
  },
};
