import type { ConversationStatus } from '@parley/protocol';
import {
  emailOf,
  isTrue,
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

/** As Chatwoot numbers them. */
const STATUSES: readonly ConversationStatus[] = ['open', 'resolved', 'pending', 'snoozed'];
const INCOMING = '0';
const OUTGOING = '1';
const ACTIVITY = '2';
const TEMPLATE = '3';

/** Tables of Chatwoot's PostgreSQL, as pg_dump writes them. */
export function chatwootSource({ inbox }: SourceOptions): Source {
  const people = new Map<string, OldPerson>();
  const names = new Map<string, string>();
  const links = new Map<string, string[]>();
  const conversations = new Map<
    string,
    { contact: string; row: Omit<OldConversation, 'person'> }
  >();
  let stored = 0;
  return {
    name: 'chatwoot',
    tables: new Set(['contacts', 'users', 'attachments', 'conversations', 'messages']),
    messages: 'messages',
    note(row) {
      const id = required(row, 'id');
      switch (row.table) {
        case 'contacts':
          people.set(id, {
            key: id,
            name: text(row, 'name'),
            email: emailOf(text(row, 'email')),
          });
          return;
        case 'users':
          names.set(id, text(row, 'display_name', 'name') ?? 'Agent');
          return;
        case 'attachments': {
          const url = text(row, 'external_url');
          if (url === null) stored += 1;
          const message = required(row, 'message_id');
          const title = text(row, 'fallback_title') ?? 'Attachment';
          const line = url === null ? `[${title}]` : `${title}: ${url}`;
          links.set(message, [...(links.get(message) ?? []), line]);
          return;
        }
        default: {
          if (inbox !== null && text(row, 'inbox_id') !== inbox) return;
          const status = STATUSES[Number(required(row, 'status'))];
          if (status === undefined) throw new NotTaken(`${row.table}: the status is unknown`);
          const contact = required(row, 'contact_id');
          conversations.set(id, { contact, row: { key: id, status, category: 'human-chats' } });
        }
      }
    },
    conversation(key) {
      const found = conversations.get(key);
      if (found === undefined) return null;
      const nobody = { key: found.contact, name: null, email: null };
      return { ...found.row, person: people.get(found.contact) ?? nobody };
    },
    message(row) {
      const key = required(row, 'id');
      const lines = [text(row, 'content'), ...(links.get(key) ?? [])].filter(
        (part) => part !== null,
      );
      if (lines.length === 0) throw new NotTaken('messages: neither a text nor a file');
      const sender = senderOf(required(row, 'message_type'), text(row, 'sender_type'));
      return {
        key,
        conversationKey: required(row, 'conversation_id'),
        sender,
        senderName: sender === 'agent' ? (names.get(text(row, 'sender_id') ?? '') ?? null) : null,
        // Its widget shows contacts no activities.
        isPrivate: isTrue(row.values['private']) || sender === 'system',
        text: lines.join('\n'),
        at_ms: timeOf(row, 'created_at'),
      };
    },
    remarks: () =>
      stored === 0
        ? []
        : [`${stored} files lie in Chatwoot's storage, not in its tables: they are only named`],
  };
}

function senderOf(type: string, sender: string | null): OldMessage['sender'] {
  switch (type) {
    case INCOMING:
      return 'visitor';
    case OUTGOING:
      return sender === 'AgentBot' || sender === 'Captain::Assistant' ? 'bot' : 'agent';
    case ACTIVITY:
      return 'system';
    case TEMPLATE:
      return 'bot';
    default:
      throw new NotTaken(`messages: message_type ${type} is unknown`);
  }
}
