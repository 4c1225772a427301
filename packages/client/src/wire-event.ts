import {
  ChatConversationUpdated,
  ChatHead,
  ChatMessageReceived,
  ChatMessagesRead,
  ChatMessageUpdated,
  type Attachment,
  type Conversation,
  type Message,
  type Reader,
} from '@parley/protocol';

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
      const parsed = ChatMessageReceived.safeParse(withAttachments(data));
      if (!parsed.success) return reasonToFetch(data);
      const { seq, private: note, ...fields } = parsed.data;
      const unchanged = { changed_seq: seq, edited_at: null, deleted_at: null };
      const message = { ...fields, ...unchanged, seq, private: note ?? false };
      return { kind: 'event', event: { kind: 'message', seq, message } };
    }
    case 'ChatMessageUpdated': {
      const parsed = ChatMessageUpdated.safeParse(data);
      if (!parsed.success) return reasonToFetch(data);
      const { seq, message_seq, ...fields } = parsed.data;
      const message = { ...fields, seq: message_seq, changed_seq: seq };
      return { kind: 'event', event: { kind: 'message', seq, message } };
    }
    case 'ChatMessagesRead': {
      const parsed = ChatMessagesRead.safeParse(data);
      if (!parsed.success) return reasonToFetch(data);
      const { seq, reader, up_to } = parsed.data;
      return { kind: 'event', event: { kind: 'read', seq, reader, up_to } };
    }
    case 'ChatConversationUpdated': {
      const parsed = ChatConversationUpdated.safeParse(data);
      if (!parsed.success) return reasonToFetch(data);
      const { seq, conversation_id: _, ...conversation } = parsed.data;
      return { kind: 'event', event: { kind: 'conversation', seq, conversation } };
    }
    case 'ChatHead': {
      const parsed = ChatHead.safeParse(data);
      return parsed.success ? { kind: 'head', head: parsed.data.head } : { kind: 'hint' };
    }
    default:
      return null;
  }
}

function reasonToFetch(data: unknown): LogNews {
  const seq = field(data, 'seq');
  return typeof seq === 'number' && Number.isSafeInteger(seq)
    ? { kind: 'head', head: seq }
    : { kind: 'hint' };
}

/** Turns `attachment_path` and `attachment_name`, as older servers send them, into `attachments`. */
function withAttachments(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || field(data, 'attachments') !== undefined) {
    return data;
  }
  const path = field(data, 'attachment_path');
  if (typeof path !== 'string' || path === '') return { ...data, attachments: [] };
  const name = field(data, 'attachment_name');
  const id = field(data, 'id');
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

function field(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null
    ? (data as Record<string, unknown>)[name]
    : undefined;
}
