import { z } from 'zod/mini';
import { Conversation, conversationFields, InboxEntry } from './conversation.ts';
import { messageChangeFields, messageFields, SenderType } from './message.ts';
import { Id, Seq } from './primitive.ts';

/**
 * Events of SPEC §4, by their names on the wire (Laravel Echo: `.listen('.ChatMessageReceived')`).
 *
 * In every event of a stream `seq` is the event's own place in that stream, so a client needs one
 * rule for all of them (SYNC-4). A changed message therefore tells its place in the log apart, as
 * `message_seq`.
 */

/** The place of an event in its stream. */
const place = { conversation_id: Id, seq: Seq };

export const ChatMessageReceived = z.object({
  ...messageFields,
  seq: Seq,
  /** Only in the agent stream. */
  private: z.optional(z.boolean()),
});
export type ChatMessageReceived = z.infer<typeof ChatMessageReceived>;

export const ChatMessageUpdated = z.object({
  ...messageFields,
  ...messageChangeFields,
  seq: Seq,
  message_seq: Seq,
});
export type ChatMessageUpdated = z.infer<typeof ChatMessageUpdated>;

export const Reader = z.enum(['visitor', 'agent']);
export type Reader = z.infer<typeof Reader>;

/** `up_to` is a place in the same stream and covers the other side's messages only. */
export const ChatMessagesRead = z.object({ ...place, reader: Reader, up_to: Seq });
export type ChatMessagesRead = z.infer<typeof ChatMessagesRead>;

export const ChatConversationUpdated = z.object({ ...conversationFields, ...place });
export type ChatConversationUpdated = z.infer<typeof ChatConversationUpdated>;

/** What is sent in place of an event that exceeds a provider's size limit: fetch it. */
export const Pointer = z.object({ ...place, truncated: z.literal(true) });
export type Pointer = z.infer<typeof Pointer>;

/** Passing, without a place: who types now. At most every 3 s; over after 6 s without another. */
export const ChatTyping = z.object({
  conversation_id: Id,
  sender_type: SenderType,
  sender_name: z.nullable(z.string()),
  typing: z.boolean(),
  /** What the visitor is writing; agents only, where the site turned it on. */
  preview: z.optional(z.string()),
  /** Which of the agents; agents only. */
  agent_id: z.optional(Id),
});
export type ChatTyping = z.infer<typeof ChatTyping>;

/**
 * Passing, on a conversation's agents' channel: which agents have it open. Those of `agents` do now,
 * others may as well; those of `gone` do not any more. Said again every 30 s while there are several:
 * who was not named for 75 s is gone, too.
 */
export const ChatViewing = z.object({
  conversation_id: Id,
  agents: z.array(z.object({ id: Id, name: z.string() })),
  gone: z.array(Id),
});
export type ChatViewing = z.infer<typeof ChatViewing>;

/** Sent by our own server to one subscriber right after the subscription: the stream's head. */
export const ChatHead = z.object({ conversation_id: Id, head: Seq });
export type ChatHead = z.infer<typeof ChatHead>;

/**
 * Sent by our own server to one subscriber of the visitor's own channel, right after the
 * subscription: the conversation that `init` would answer with, so that one that began meanwhile is
 * noticed; null: there is none.
 */
export const ChatCurrentConversation = z.object({ conversation_id: z.nullable(Id) });
export type ChatCurrentConversation = z.infer<typeof ChatCurrentConversation>;

/** On the visitor's own channel: a conversation was opened, by the visitor's other tab or an agent. */
export const ChatConversationStarted = z.object({ conversation: Conversation });
export type ChatConversationStarted = z.infer<typeof ChatConversationStarted>;

/** On a site's inbox channel: the row as it is after a change. The higher `head` is the newer. */
export const ChatInboxUpdated = z.object({ conversation: InboxEntry });
export type ChatInboxUpdated = z.infer<typeof ChatInboxUpdated>;

/**
 * On a site's inbox channel: the visitors who are on its pages changed; ask for them. At most every
 * 2 s, and only while an agent looks at them.
 */
export const ChatVisitorsChanged = z.object({ site_id: Id });
export type ChatVisitorsChanged = z.infer<typeof ChatVisitorsChanged>;

/** On a site's inbox channel: who works on it, or what they are called, changed; ask for colleagues. */
export const ChatAgentsChanged = z.object({ site_id: Id });
export type ChatAgentsChanged = z.infer<typeof ChatAgentsChanged>;

/** The events that have a place in a stream. */
export const STREAM_EVENTS = {
  ChatMessageReceived,
  ChatMessageUpdated,
  ChatMessagesRead,
  ChatConversationUpdated,
} as const;
export type StreamEventName = keyof typeof STREAM_EVENTS;

/** The events that have none. */
export const PASSING_EVENTS = {
  ChatTyping,
  ChatViewing,
  ChatHead,
  ChatCurrentConversation,
  ChatConversationStarted,
  ChatInboxUpdated,
  ChatVisitorsChanged,
  ChatAgentsChanged,
} as const;
export type PassingEventName = keyof typeof PASSING_EVENTS;

export type EventName = StreamEventName | PassingEventName;

/** An event of a stream with its name; `data` may be a pointer where it was too large to send. */
export type StreamEvent =
  | { event: 'ChatMessageReceived'; data: ChatMessageReceived }
  | { event: 'ChatMessageUpdated'; data: ChatMessageUpdated }
  | { event: 'ChatMessagesRead'; data: ChatMessagesRead }
  | { event: 'ChatConversationUpdated'; data: ChatConversationUpdated };

export type PassingEvent =
  | { event: 'ChatTyping'; data: ChatTyping }
  | { event: 'ChatViewing'; data: ChatViewing }
  | { event: 'ChatHead'; data: ChatHead }
  | { event: 'ChatCurrentConversation'; data: ChatCurrentConversation }
  | { event: 'ChatConversationStarted'; data: ChatConversationStarted }
  | { event: 'ChatInboxUpdated'; data: ChatInboxUpdated }
  | { event: 'ChatVisitorsChanged'; data: ChatVisitorsChanged }
  | { event: 'ChatAgentsChanged'; data: ChatAgentsChanged };

export type ChatEvent = StreamEvent | PassingEvent;
