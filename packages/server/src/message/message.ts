import { hash } from 'node:crypto';
import {
  formatDateTime,
  type AgentRole,
  type Attachment,
  type ChatMessageReceived,
  type ChatMessageUpdated,
  type ErrorCode,
  type Message,
  type SenderType,
} from '@parley/protocol';
import type { Audience } from '../actor.ts';
import type { Place } from '../conversation/conversation.ts';
import { seconds } from '../conversation/view.ts';

/** A message as it is stored; times are Unix milliseconds. */
export interface MessageState {
  readonly id: number;
  readonly siteId: number;
  readonly conversationId: number;
  /** Its own place, and that of its last change. */
  readonly place: Place;
  readonly changedPlace: Place;
  readonly senderType: SenderType;
  /** Id of a visitor or an agent; 0 for bots and the system. */
  readonly senderId: number;
  readonly senderName: string | null;
  readonly clientMessageId: string | null;
  readonly requestHash: string;
  readonly private: boolean;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly createdAt_ms: number;
  readonly editedAt_ms: number | null;
  readonly deletedAt_ms: number | null;
}

/** How long visitors may edit and delete what they wrote. */
export const VISITOR_CHANGE_WINDOW_MS = 15 * 60 * 1000;

/** Tells a repeated request from another one under the same `client_message_id` (SYNC-2). */
export function requestHash(request: {
  text: string;
  private: boolean;
  /** Agents name the conversation; a visitor's may have been resolved in between. */
  conversationId: number | null;
  /** Whom an agent speaks to first, in whichever conversation. */
  visitorId?: number;
  /** Of the files, null where there are none. */
  filesHash: string | null;
}): string {
  const { text, private: isNote, conversationId, visitorId, filesHash } = request;
  const files = filesHash === null ? [] : [filesHash];
  const place = visitorId === undefined ? conversationId : { visitorId };
  const body = JSON.stringify([text, isNote, place, ...files]);
  return hash('sha256', body);
}

/** Who wants to change a message. */
export type Changer =
  | { readonly kind: 'visitor'; readonly visitorId: number }
  | { readonly kind: 'agent'; readonly agentId: number; readonly role: AgentRole };

export type MessageChange =
  | { readonly kind: 'change'; readonly message: Omit<MessageState, 'changedPlace'> }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly reason: string };

export function editMessage(
  message: MessageState,
  by: Changer,
  text: string,
  now_ms: number,
): MessageChange {
  if (!mayChange(message, by)) return refused('forbidden', 'Only your own messages can be edited');
  if (message.deletedAt_ms !== null) return refused('message_deleted', 'The message was deleted');
  if (message.text === text) return { kind: 'nothing' };
  if (isTooLate(message, by, now_ms)) return refused('too_late', 'It can no longer be edited');
  return { kind: 'change', message: { ...message, text, editedAt_ms: now_ms } };
}

/** Leaves an empty, marked place (SYNC-7). */
export function deleteMessage(message: MessageState, by: Changer, now_ms: number): MessageChange {
  if (!mayChange(message, by)) return refused('forbidden', 'Only your own messages can be deleted');
  if (message.deletedAt_ms !== null) return { kind: 'nothing' };
  if (isTooLate(message, by, now_ms)) return refused('too_late', 'It can no longer be deleted');
  return {
    kind: 'change',
    message: { ...message, text: '', attachments: [], deletedAt_ms: now_ms },
  };
}

function mayChange(message: MessageState, by: Changer): boolean {
  if (by.kind === 'visitor') {
    return message.senderType === 'visitor' && message.senderId === by.visitorId;
  }
  if (by.role !== 'agent') return true;
  return message.senderType === 'agent' && message.senderId === by.agentId;
}

function isTooLate(message: MessageState, by: Changer, now_ms: number): boolean {
  return by.kind === 'visitor' && now_ms - message.createdAt_ms > VISITOR_CHANGE_WINDOW_MS;
}

function refused(code: ErrorCode, reason: string): MessageChange {
  return { kind: 'refused', code, reason };
}

/** Null where this audience never sees it. */
export function presentMessage(message: MessageState, audience: Audience): Message | null {
  const own = ownOfMessage(message, audience);
  return own === null ? null : { ...common(message), ...own };
}

/** JSON text of {@link presentMessage}. */
export function messageText(message: MessageState, audience: Audience): string | null {
  const own = ownOfMessage(message, audience);
  return own === null ? null : textOf(message, own);
}

/** JSON text of a {@link ChatMessageReceived}; null where this audience never sees it. */
export function receivedText(message: MessageState, audience: Audience): string | null {
  const seq = message.place[audience];
  if (seq === null) return null;
  const own: Omit<ChatMessageReceived, keyof Common> =
    audience === 'agent' ? { seq, private: message.private } : { seq };
  return textOf(message, own);
}

/** The event's own place is that of the change; the message's place in the log stands beside it. */
export function presentUpdated(
  message: MessageState,
  audience: Audience,
): ChatMessageUpdated | null {
  const fetched = presentMessage(message, audience);
  if (fetched === null) return null;
  const { seq, changed_seq, ...fields } = fetched;
  return { ...fields, seq: changed_seq, message_seq: seq };
}

/** Of {@link presentMessage}, what differs between the streams or with time. */
function ownOfMessage(message: MessageState, audience: Audience) {
  const seq = message.place[audience];
  const changed_seq = message.changedPlace[audience];
  if (seq === null || changed_seq === null) return null;
  return {
    seq,
    changed_seq,
    edited_at: message.editedAt_ms === null ? null : formatDateTime(message.editedAt_ms),
    deleted_at: message.deletedAt_ms === null ? null : formatDateTime(message.deletedAt_ms),
    private: message.private,
  } satisfies Omit<Message, keyof Common>;
}

/** A message goes into both streams and into an answer: what is the same there is put into text once. */
let last: { readonly message: MessageState; readonly text: string } | null = null;

function textOf(message: MessageState, own: object): string {
  if (last?.message !== message) last = { message, text: JSON.stringify(common(message)) };
  return `${last.text.slice(0, -1)},${JSON.stringify(own).slice(1)}`;
}

type Common = ReturnType<typeof common>;

function common(message: MessageState) {
  return {
    id: message.id,
    conversation_id: message.conversationId,
    client_message_id: message.clientMessageId,
    sender_type: message.senderType,
    sender_name: message.senderName,
    text: message.text,
    attachments: [...message.attachments],
    created_at: formatDateTime(message.createdAt_ms),
    timestamp: seconds(message.createdAt_ms),
  };
}
