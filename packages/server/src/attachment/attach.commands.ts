import type { Attachment } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { chunked } from '../database/chunked.ts';
import { type KeptFile, presentAttachment, storageKeysOf } from './attachment.ts';
import {
  claimLooseFiles,
  deleteOfConversations,
  deleteOfMessage,
  fileColumns,
  insertAttachment,
  insertLooseFiles,
  markRemoved,
  metaFromText,
  selectKeptOfMessage,
} from './attachment.store.ts';
import type { FileLinks } from './file-link.ts';

/**
 * Within the transaction that writes a message: it takes its files, all of them or none.
 * @throws AppError `unavailable` where they were removed meanwhile
 */
export function* attach(
  sql: Sql,
  to: { siteId: number; conversationId: number; messageId: number },
  files: readonly KeptFile[],
  links: FileLinks,
) {
  if (files.length === 0) return [];
  const keys = files.flatMap(storageKeysOf);
  const claimed = yield* run(claimLooseFiles(sql, keys, links.now_ms));
  if (claimed !== keys.length) {
    throw new AppError('unavailable', 'The upload took too long. Send it again.');
  }
  const attachments: Attachment[] = [];
  for (const [position, file] of files.entries()) {
    const row = yield* first(
      insertAttachment(sql, {
        ...fileColumns(file),
        site_id: to.siteId,
        conversation_id: to.conversationId,
        message_id: to.messageId,
        position,
        created_at: links.now_ms,
      }),
    );
    if (row === undefined) throw new Error('The inserted attachment was not returned');
    attachments.push(presentAttachment({ ...file, id: row.id, removed: false }, links));
  }
  return attachments;
}

/** Within the transaction that deletes a message: nobody reaches its files from now on (SYNC-7). */
export function* detach(sql: Sql, message: { site_id: number; id: number }) {
  const of = { site_id: message.site_id, message_id: message.id };
  yield* loosen(sql, yield* all(deleteOfMessage(sql, of)));
}

/** Within the transaction that erases conversations: their files go with them. */
export function* detachAll(sql: Sql, conversationIds: readonly number[]) {
  for (const ids of chunked(conversationIds)) {
    yield* loosen(sql, yield* all(deleteOfConversations(sql, ids)));
  }
}

/** Within the transaction that tells of it: the contents of a message's files are removed. How many were there. */
export function* expire(sql: Sql, message: { site_id: number; id: number }, now_ms: number) {
  const of = { site_id: message.site_id, message_id: message.id };
  const rows = yield* all(selectKeptOfMessage(sql, of));
  if (rows.length === 0) return 0;
  yield* loosen(sql, rows);
  yield* run(markRemoved(sql, { ...of, removed_at: now_ms }));
  return rows.length;
}

interface FileRow {
  readonly storage_key: string;
  readonly meta: string;
  readonly removed_at: number | null;
}

function* loosen(sql: Sql, rows: readonly FileRow[]) {
  const kept = rows.filter(({ removed_at }) => removed_at === null);
  const keys = kept.flatMap(({ storage_key, meta }) =>
    storageKeysOf({ storageKey: storage_key, meta: metaFromText(meta) }),
  );
  for (const some of chunked(keys)) yield* run(insertLooseFiles(sql, some, 0));
}
