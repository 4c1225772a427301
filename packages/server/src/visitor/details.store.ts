import type { Selectable } from 'kysely';
import { prepared } from '../database/sql.ts';
import type { VisitorNoteTable, VisitorPageTable } from '../database/tables/conversations.ts';

export type PageRow = Selectable<VisitorPageTable>;
export type NoteRow = Selectable<VisitorNoteTable>;

export const insertPage = prepared((sql, values: Omit<PageRow, 'id'>) =>
  sql.db.insertInto('visitor_pages').values({
    visitor_id: values.visitor_id,
    url: values.url,
    title: values.title,
    seen_at: values.seen_at,
  }),
);

/** All but the newest. */
export const prunePages = prepared((sql, values: { visitor_id: number; keep: number }) =>
  sql.db
    .deleteFrom('visitor_pages')
    .where('visitor_id', '=', values.visitor_id)
    .where('id', '<=', (of) =>
      of
        .selectFrom('visitor_pages as p')
        .select('p.id')
        .where('p.visitor_id', '=', values.visitor_id)
        .orderBy('p.id', 'desc')
        .offset(values.keep)
        .limit(1),
    ),
);

export const movePages = prepared((sql, values: { from_id: number; to_id: number }) =>
  sql.db
    .updateTable('visitor_pages')
    .set({ visitor_id: values.to_id })
    .where('visitor_id', '=', values.from_id),
);

export const moveNotes = prepared((sql, values: { from_id: number; to_id: number }) =>
  sql.db
    .updateTable('visitor_notes')
    .set({ visitor_id: values.to_id })
    .where('visitor_id', '=', values.from_id),
);

export const selectPages = prepared((sql, values: { visitor_id: number; limit: number }) =>
  sql.db
    .selectFrom('visitor_pages')
    .selectAll()
    .where('visitor_id', '=', values.visitor_id)
    .orderBy('id', 'desc')
    .limit(values.limit),
);

export const selectNotes = prepared((sql, values: { visitor_id: number; limit: number }) =>
  sql.db
    .selectFrom('visitor_notes')
    .selectAll()
    .where('visitor_id', '=', values.visitor_id)
    .orderBy('id', 'desc')
    .limit(values.limit),
);

export const insertNote = prepared((sql, values: Omit<NoteRow, 'id'>) =>
  sql.db.insertInto('visitor_notes').values({
    visitor_id: values.visitor_id,
    agent_id: values.agent_id,
    agent_name: values.agent_name,
    text: values.text,
    created_at: values.created_at,
  }),
);

export const removeNote = prepared((sql, values: { visitor_id: number; id: number }) =>
  sql.db
    .deleteFrom('visitor_notes')
    .where('id', '=', values.id)
    .where('visitor_id', '=', values.visitor_id),
);

/** Of whatever site: whoever asks looks whether that is one of the agent's. */
export const selectVisitorById = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('visitors').selectAll().where('id', '=', values.id),
);

export const blockVisitor = prepared(
  (sql, values: { site_id: number; id: number; blocked_at: number | null }) =>
    sql.db
      .updateTable('visitors')
      .set({ blocked_at: values.blocked_at })
      .where('id', '=', values.id)
      .where('site_id', '=', values.site_id),
);
