import { expire } from '../attachment/attach.commands.ts';
import { attachmentsOf } from '../attachment/attachment.queries.ts';
import type { Publication } from '../broadcast/publication.ts';
import { touch } from '../conversation/conversation.ts';
import { heldOfSite } from '../conversation/held.queries.ts';
import { conclude, record, type Circumstances } from '../conversation/stream.commands.ts';
import { first, run, type Sql } from '../database/database.ts';
import type { MessageState } from './message.ts';
import { messageColumns, messageFromRow, selectMessage, updateMessage } from './message.store.ts';

/**
 * A transaction: the files of a message are removed and it says so, to whoever looks at it as well
 * (SYNC-7). Gives how many there were.
 */
export function* expireFiles(
  sql: Sql,
  input: { siteId: number; conversationId: number; messageId: number } & Circumstances,
) {
  const { siteId, conversationId, messageId, now_ms } = input;
  const publications: Publication[] = [];
  const conversation = yield* heldOfSite(sql, siteId, conversationId);
  const keys = { id: messageId, site_id: siteId };
  const row = conversation === null ? undefined : yield* first(selectMessage(sql, keys));
  // Erased or deleted in the meantime.
  if (conversation === null || row === undefined) return { result: 0, publications };
  const count = yield* expire(sql, keys, now_ms);
  if (count === 0) return { result: 0, publications };
  const files = yield* attachmentsOf(sql, siteId, [messageId], input);
  const before = messageFromRow(row, files.get(messageId) ?? []);
  const { state, place } = touch(conversation, before);
  const message: MessageState = { ...before, changedPlace: place };
  yield* run(updateMessage(sql, { ...messageColumns(message), id: messageId }));
  const happening = { kind: 'message-updated', message } as const;
  const view = yield* record(sql, publications, state, happening, input);
  yield* conclude(sql, publications, view, input);
  return { result: count, publications };
}
