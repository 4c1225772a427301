import type { Label } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { LabelTable } from '../database/tables/sites.ts';

export const insertLabel = prepared((sql, values: Omit<Selectable<LabelTable>, 'id'>) =>
  sql.db
    .insertInto('labels')
    .values({
      site_id: values.site_id,
      name: values.name,
      color: values.color,
      created_at: values.created_at,
    })
    .returning('id'),
);

/** In order to count them, and to find one of the name. */
export const selectLabelsOf = prepared((sql, values: { site_id: number }) =>
  sql.db.selectFrom('labels').selectAll().where('site_id', '=', values.site_id).orderBy('name'),
);

export const selectLabels = (sql: Sql, { siteIds }: { siteIds: readonly number[] }) =>
  sql.db
    .selectFrom('labels')
    .selectAll()
    .where('site_id', 'in', siteIds)
    .orderBy('name')
    .orderBy('id')
    .compile();

export const selectLabel = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('labels').selectAll().where('id', '=', values.id),
);

export const updateLabel = prepared((sql, values: { id: number; site_id: number; color: string }) =>
  sql.db
    .updateTable('labels')
    .set({ color: values.color })
    .where('id', '=', values.id)
    .where('site_id', '=', values.site_id),
);

export const removeLabel = prepared((sql, values: { id: number; site_id: number }) =>
  sql.db.deleteFrom('labels').where('id', '=', values.id).where('site_id', '=', values.site_id),
);

export function labelFromRow({ id, site_id, name, color }: Selectable<LabelTable>): Label {
  return { id, site_id, name, color: color as Label['color'] };
}
