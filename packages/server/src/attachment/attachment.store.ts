import type { Attachment } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { Sql } from '../database/database.ts';
import { prepared } from '../database/sql.ts';
import type { AttachmentTable } from '../database/tables/conversations.ts';
import type { AttachmentMeta, AttachmentState, KeptFile } from './attachment.ts';

type AttachmentRow = Selectable<AttachmentTable>;

export const insertAttachment = prepared((sql, values: Omit<AttachmentRow, 'id' | 'removed_at'>) =>
  sql.db
    .insertInto('attachments')
    .values({
      site_id: values.site_id,
      conversation_id: values.conversation_id,
      message_id: values.message_id,
      position: values.position,
      name: values.name,
      type: values.type,
      size_bytes: values.size_bytes,
      kind: values.kind,
      meta: values.meta,
      storage_key: values.storage_key,
      created_at: values.created_at,
    })
    .returning('id'),
);

export function selectOfMessages(sql: Sql, siteId: number, messageIds: readonly number[]) {
  return sql.db
    .selectFrom('attachments')
    .selectAll()
    .where('message_id', 'in', messageIds)
    .where('site_id', '=', siteId)
    .orderBy('message_id')
    .orderBy('position')
    .compile();
}

export function selectOfConversations(sql: Sql, conversationIds: readonly number[]) {
  return sql.db
    .selectFrom('attachments')
    .selectAll()
    .where('conversation_id', 'in', conversationIds)
    .orderBy('message_id')
    .orderBy('position')
    .compile();
}

export const deleteOfMessage = prepared((sql, values: { site_id: number; message_id: number }) =>
  sql.db
    .deleteFrom('attachments')
    .where('message_id', '=', values.message_id)
    .where('site_id', '=', values.site_id)
    .returning(['storage_key', 'meta', 'removed_at']),
);

export const selectKeptOfMessage = prepared(
  (sql, values: { site_id: number; message_id: number }) =>
    sql.db
      .selectFrom('attachments')
      .select(['storage_key', 'meta', 'removed_at'])
      .where('message_id', '=', values.message_id)
      .where('site_id', '=', values.site_id)
      .where('removed_at', 'is', null),
);

/** What was known of its content goes with it. */
export const markRemoved = prepared(
  (sql, values: { site_id: number; message_id: number; removed_at: number }) =>
    sql.db
      .updateTable('attachments')
      .set({ removed_at: values.removed_at, meta: '{}' })
      .where('message_id', '=', values.message_id)
      .where('site_id', '=', values.site_id)
      .where('removed_at', 'is', null),
);

export function deleteOfConversations(sql: Sql, conversationIds: readonly number[]) {
  return sql.db
    .deleteFrom('attachments')
    .where('conversation_id', 'in', conversationIds)
    .returning(['storage_key', 'meta', 'removed_at'])
    .compile();
}

/** Not by its site: the signed address that named it is the proof that it may be seen. */
export const selectFile = prepared((sql, values: { id: number }) =>
  sql.db.selectFrom('attachments').selectAll().where('id', '=', values.id),
);

export function insertLooseFiles(sql: Sql, keys: readonly string[], remove_at: number) {
  return sql.db
    .insertInto('loose_files')
    .values(keys.map((storage_key) => ({ storage_key, remove_at })))
    .compile();
}

/** Takes them out of the list of what is to be removed, unless their time came meanwhile. */
export function claimLooseFiles(sql: Sql, keys: readonly string[], now_ms: number) {
  return sql.db
    .deleteFrom('loose_files')
    .where('storage_key', 'in', keys)
    .where('remove_at', '>', now_ms)
    .compile();
}

/** Those of them that nobody claimed. */
export function hastenLooseFiles(sql: Sql, keys: readonly string[]) {
  return sql.db
    .updateTable('loose_files')
    .set({ remove_at: 0 })
    .where('storage_key', 'in', keys)
    .compile();
}

export const selectDueFiles = prepared((sql, values: { now_ms: number; limit: number }) =>
  sql.db
    .selectFrom('loose_files')
    .select('storage_key')
    .where('remove_at', '<=', values.now_ms)
    .orderBy('remove_at')
    .limit(values.limit),
);

export function deleteLooseFiles(sql: Sql, keys: readonly string[]) {
  return sql.db.deleteFrom('loose_files').where('storage_key', 'in', keys).compile();
}

export function attachmentFromRow(row: AttachmentRow): AttachmentState {
  return {
    id: row.id,
    storageKey: row.storage_key,
    name: row.name,
    type: row.type,
    size_bytes: row.size_bytes,
    kind: row.kind as Attachment['kind'],
    meta: metaFromText(row.meta),
    removed: row.removed_at !== null,
  };
}

export function metaFromText(text: string): AttachmentMeta {
  return JSON.parse(text) as AttachmentMeta;
}

export function fileColumns(
  file: KeptFile,
): Pick<AttachmentRow, 'name' | 'type' | 'size_bytes' | 'kind' | 'meta' | 'storage_key'> {
  return {
    name: file.name,
    type: file.type,
    size_bytes: file.size_bytes,
    kind: file.kind,
    meta: JSON.stringify(file.meta),
    storage_key: file.storageKey,
  };
}
