import type { Attachment } from '@parley/protocol';
import type { Context } from '../context.ts';
import { all, type Sql } from '../database/database.ts';
import { type AttachmentState, presentAttachment } from './attachment.ts';
import {
  attachmentFromRow,
  selectFile,
  selectOfConversations,
  selectOfMessages,
} from './attachment.store.ts';
import type { FileLinks } from './file-link.ts';

/** Within a transaction: the files of messages, by message. Those without any are not in it. */
export function* attachmentsOf(
  sql: Sql,
  siteId: number,
  messageIds: readonly number[],
  links: FileLinks,
) {
  if (messageIds.length === 0) return new Map<number, Attachment[]>();
  return byMessage(yield* all(selectOfMessages(sql, siteId, messageIds)), links);
}

/** The same for whole conversations, which the reader may see. */
export function* attachmentsOfConversations(
  sql: Sql,
  conversationIds: readonly number[],
  links: FileLinks,
) {
  return byMessage(yield* all(selectOfConversations(sql, conversationIds)), links);
}

function byMessage(
  rows: readonly (Parameters<typeof attachmentFromRow>[0] & { message_id: number })[],
  links: FileLinks,
): Map<number, Attachment[]> {
  const files = new Map<number, Attachment[]>();
  for (const row of rows) {
    const file = presentAttachment(attachmentFromRow(row), links);
    const others = files.get(row.message_id);
    if (others === undefined) files.set(row.message_id, [file]);
    else others.push(file);
  }
  return files;
}

export interface AttachmentQueries {
  /** For whoever showed a signed address of it. Null where it is gone. */
  findFile(id: number): Promise<AttachmentState | null>;
}

export function createAttachmentQueries({
  database,
}: Pick<Context, 'database'>): AttachmentQueries {
  return {
    findFile: async (id) => {
      const [row] = await database.query(selectFile(database.sql, { id }));
      return row === undefined || row.removed_at !== null ? null : attachmentFromRow(row);
    },
  };
}
