import type {
  ChatConversationUpdated,
  ChatHead,
  ChatMessageReceived,
  ChatMessagesRead,
  ChatMessageUpdated,
  ChatTyping,
  MessagesAnswer,
  RatingAnswer,
  ReadAnswer,
  TranscriptAnswer,
} from '@parley/protocol';
import { boolean, integer, list, nullable, object, oneOf, optional, string } from './guard.ts';
import {
  changeFields,
  conversationFields,
  isConversation,
  isMessage,
  isRating,
  messageFields,
  senderType,
  success,
} from './wire-guard.ts';

/** The forms of what is received of a conversation, by the names of the protocol's schemas. */

// Events of SPEC §4.
export const isMessageReceived = object<ChatMessageReceived>({
  ...messageFields,
  private: optional(boolean),
});
export const isMessageUpdated = object<ChatMessageUpdated>({
  ...messageFields,
  ...changeFields,
  message_seq: integer,
});
export const isMessagesRead = object<ChatMessagesRead>({
  conversation_id: integer,
  seq: integer,
  reader: oneOf('visitor', 'agent'),
  up_to: integer,
});
export const isConversationUpdated = object<ChatConversationUpdated>({
  ...conversationFields,
  conversation_id: integer,
  seq: integer,
});
export const isHead = object<ChatHead>({ conversation_id: integer, head: integer });
export const isTyping = object<ChatTyping>({
  conversation_id: integer,
  sender_type: senderType,
  sender_name: nullable(string),
  typing: boolean,
  preview: optional(string),
  agent_id: optional(integer),
});

// Answers of SPEC §3.
export const pageFields = {
  ...success,
  messages: list(isMessage),
  head: integer,
  cursor: integer,
  has_more: boolean,
};
export const isMessagesAnswer = object<MessagesAnswer>({
  ...pageFields,
  conversation: isConversation,
});

export const isReadAnswer = object<ReadAnswer>({
  ...success,
  up_to: integer,
  unread: integer,
  head: integer,
});

export const isRatingAnswer = object<RatingAnswer>({
  ...success,
  rating: isRating,
  head: integer,
});

export const isTranscriptAnswer = object<TranscriptAnswer>({ ...success, email: string });
