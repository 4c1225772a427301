import type { ConversationStatus } from '@parley/protocol';
import {
  emailOf,
  fileLine,
  NotTaken,
  required,
  text,
  timeOf,
  type OldConversation,
  type OldMessage,
  type OldPerson,
  type Source,
  type SourceOptions,
} from './old-chat.ts';
import type { OldRow } from './old-row.ts';

export const LARAVEL_CONVERSATIONS = 'chat_conversations';
export const LARAVEL_MESSAGES = 'chat_messages';

const STATUSES: Readonly<Record<string, ConversationStatus>> = {
  open: 'open',
  active: 'open',
  new: 'open',
  waiting: 'open',
  pending: 'pending',
  snoozed: 'snoozed',
  resolved: 'resolved',
  closed: 'resolved',
  ended: 'resolved',
  archived: 'resolved',
};

const SENDERS: Readonly<Record<string, OldMessage['sender']>> = {
  visitor: 'visitor',
  user: 'visitor',
  customer: 'visitor',
  guest: 'visitor',
  agent: 'agent',
  admin: 'agent',
  staff: 'agent',
  operator: 'agent',
  bot: 'bot',
  ai: 'bot',
  assistant: 'bot',
  system: 'system',
};

/** `chat_conversations` and `chat_messages` of a Laravel application. */
export function laravelSource({ filesUrl }: SourceOptions): Source {
  const conversations = new Map<string, OldConversation>();
  let files = 0;
  return {
    name: 'laravel',
    tables: new Set([LARAVEL_CONVERSATIONS, LARAVEL_MESSAGES]),
    messages: LARAVEL_MESSAGES,
    note(row) {
      const key = required(row, 'id', 'uuid');
      const status = (text(row, 'status') ?? 'open').toLowerCase();
      const known = STATUSES[status];
      if (known === undefined) throw new NotTaken(`${row.table}: status ${status} is unknown`);
      const category = text(row, 'category') === 'ai-chats' ? 'ai-chats' : 'human-chats';
      conversations.set(key, { key, person: personOf(row, key), status: known, category });
    },
    conversation: (key) => conversations.get(key) ?? null,
    message(row) {
      const path = text(row, 'attachment_path', 'attachment_url', 'file_path');
      const said = row.values['text'] ?? row.values['message'] ?? row.values['content'] ?? '';
      const lines = said.trim() === '' ? [] : [said];
      if (path !== null) {
        files += 1;
        const name = text(row, 'attachment_name', 'file_name') ?? path.split('/').at(-1) ?? path;
        lines.push(fileLine(name, path, filesUrl));
      }
      if (lines.length === 0) throw new NotTaken(`${row.table}: neither a text nor a file`);
      const sender = required(row, 'sender_type', 'sender', 'role').toLowerCase();
      const known = SENDERS[sender.split('\\').at(-1) ?? sender];
      if (known === undefined) throw new NotTaken(`${row.table}: sender ${sender} is unknown`);
      return {
        key: required(row, 'id', 'uuid'),
        conversationKey: required(row, 'conversation_id', 'chat_conversation_id'),
        sender: known,
        senderName: text(row, 'sender_name'),
        isPrivate: ['1', 't', 'true'].includes(
          text(row, 'is_internal', 'private', 'is_note') ?? '',
        ),
        text: lines.join('\n'),
        at_ms: timeOf(row, 'created_at'),
      };
    },
    remarks: () =>
      files === 0 || filesUrl !== null
        ? []
        : [`${files} files are named in their messages and not linked: give --files-url`],
  };
}

/** Several conversations of one address are one person's: so they were for the application. */
function personOf(row: OldRow, key: string): OldPerson {
  const email = emailOf(text(row, 'visitor_email', 'email', 'customer_email', 'guest_email'));
  const name = text(row, 'visitor_name', 'name', 'customer_name', 'guest_name');
  const own = email?.toLowerCase() ?? text(row, 'visitor_id', 'session_id', 'visitor_token');
  return { key: own ?? `conversation ${key}`, name, email };
}
