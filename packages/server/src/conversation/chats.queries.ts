import type { Chat } from '@parley/protocol';
import type { Actor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import { attachmentsOfConversations } from '../attachment/attachment.queries.ts';
import type { FileLinks } from '../attachment/file-link.ts';
import { all, first, type Sql } from '../database/database.ts';
import { chatMessage } from './chat.ts';
import {
  selectChatMessages,
  selectChatsOfAddress,
  selectChatsOfAgent,
  selectChatsOfVisitor,
  selectVisitorAddress,
} from './chats.store.ts';

/** A limit on everything: the newest conversations, and the newest messages of each. */
const CHATS_MAX = 100;
const MESSAGES_MAX = 200;

/**
 * The conversations of an address (SEC-2): to the visitor whose verified address it is all of the
 * site's, to one that only typed it its own and no one else's, to an agent those of its sites.
 * Notes and deleted messages are left out. A transaction. @throws AppError `forbidden`
 */
export function* chatsOfEmail(
  sql: Sql,
  { actor, email, links }: { actor: Actor; email: string; links: FileLinks },
) {
  const chats = yield* all(yield* allowed(sql, actor, email.trim().toLowerCase()));
  if (chats.length === 0) return [];
  const rows = yield* all(
    selectChatMessages(
      sql,
      chats.map((chat) => chat.id),
      MESSAGES_MAX,
    ),
  );
  const files = yield* attachmentsOfConversations(
    sql,
    chats.map((chat) => chat.id),
    links,
  );
  return chats.map((chat): Chat => ({
    id: chat.id,
    status: chat.status,
    messages: rows
      .filter((row) => row.conversation_id === chat.id)
      .map((row) => chatMessage(row, files.get(row.id) ?? [])),
  }));
}

function* allowed(sql: Sql, actor: Actor, email_key: string) {
  if (actor.kind === 'agent') {
    return selectChatsOfAgent(sql, { agent_id: actor.agentId, email_key, limit: CHATS_MAX });
  }
  const of = { site_id: actor.siteId, visitor_id: actor.visitorId };
  const visitor = yield* first(selectVisitorAddress(sql, of));
  if (visitor === undefined || visitor.email_key !== email_key) {
    throw new AppError('forbidden', 'This is not your address');
  }
  return visitor.email_verified === 1
    ? selectChatsOfAddress(sql, { site_id: actor.siteId, email_key, limit: CHATS_MAX })
    : selectChatsOfVisitor(sql, { ...of, limit: CHATS_MAX });
}
