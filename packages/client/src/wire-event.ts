import type { Attachment, Conversation, Message, Reader } from '@parley/protocol';
import { isObject } from './guard.ts';
import {
  isConversationUpdated,
  isHead,
  isMessageReceived,
  isMessagesRead,
  isMessageUpdated,
} from './conversation-guard.ts';

/** A change that has a place in the stream, in the form in which the log applies it. */
export type LogEvent =
  | { readonly kind: 'message'; readonly seq: number; readonly message: Message }
  | { readonly kind: 'read'; readonly seq: number; readonly reader: Reader; readonly up_to: number }
  | { readonly kind: 'conversation'; readonly seq: number; readonly conversation: Conversation };

/** What an event from a provider tells the log. */
export type LogNews =
  | { readonly kind: 'event'; readonly event: LogEvent }
  /** The stream reaches at least this far: a subscription's head, or an event sent as a pointer. */
  | { readonly kind: 'head'; readonly head: number }
  /** Something is new, nobody says where. */
  | { readonly kind: 'hint' };

/**
 * Reads an event of a conversation's channel (SPEC §4). Anything that is an event of a stream but
 * cannot be applied as it is (a pointer, the old form without `seq`, fields of another version)
 * becomes a reason to fetch, never an error. Null: not an event of a stream.
 */
export function readStreamEvent(name: string, data: unknown): LogNews | null {
  switch (name) {
    case 'ChatMessageReceived': {
      const received = withAttachments(data);
      if (!isMessageReceived(received)) return reasonToFetch(data);
      const { seq, private: note, ...fields } = received;
      const unchanged = { changed_seq: seq, edited_at: null, deleted_at: null };
      const message = { ...fields, ...unchanged, seq, private: note ?? false };
      return { kind: 'event', event: { kind: 'message', seq, message } };
    }
    case 'ChatMessageUpdated': {
      if (!isMessageUpdated(data)) return reasonToFetch(data);
      const { seq, message_seq, ...fields } = data;
      const message = { ...fields, seq: message_seq, changed_seq: seq };
      return { kind: 'event', event: { kind: 'message', seq, message } };
    }
    case 'ChatMessagesRead': {
      if (!isMessagesRead(data)) return reasonToFetch(data);
      const { seq, reader, up_to } = data;
      return { kind: 'event', event: { kind: 'read', seq, reader, up_to } };
    }
    case 'ChatConversationUpdated': {
      if (!isConversationUpdated(data)) return reasonToFetch(data);
      const { seq, conversation_id: _, ...conversation } = data;
      return { kind: 'event', event: { kind: 'conversation', seq, conversation } };
    }
    case 'ChatHead':
      return isHead(data) ? { kind: 'head', head: data.head } : { kind: 'hint' };
    default:
      return null;
  }
}

function reasonToFetch(data: unknown): LogNews {
  const seq = isObject(data) ? data['seq'] : undefined;
  return typeof seq === 'number' && Number.isSafeInteger(seq)
    ? { kind: 'head', head: seq }
    : { kind: 'hint' };
}

/** Turns `attachment_path` and `attachment_name`, as older servers send them, into `attachments`. */
function withAttachments(data: unknown): unknown {
  if (!isObject(data) || data['attachments'] !== undefined) return data;
  const path = data['attachment_path'];
  if (typeof path !== 'string' || path === '') return { ...data, attachments: [] };
  const name = data['attachment_name'];
  const id = data['id'];
  const attachment: Attachment = {
    id: typeof id === 'number' ? id : 0,
    name: typeof name === 'string' && name !== '' ? name : path.slice(path.lastIndexOf('/') + 1),
    // Laravel stores the path relative to the site.
    url: /^(?:https?:\/)?\//.test(path) ? path : `/${path}`,
    type: 'application/octet-stream',
    size: 0,
    kind: kindOf(path),
  };
  return { ...data, attachments: [attachment] };
}

function kindOf(path: string): Attachment['kind'] {
  if (/\.(?:png|jpe?g|gif|webp|avif)$/i.test(path)) return 'image';
  if (/\.(?:mp3|ogg|oga|wav|m4a|weba)$/i.test(path)) return 'audio';
  if (/\.(?:mp4|webm|mov)$/i.test(path)) return 'video';
  return 'file';
}
