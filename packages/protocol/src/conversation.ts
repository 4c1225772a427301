import { z } from 'zod/mini';
import { SenderType } from './message.ts';
import { DateTime, Id, Seq, Timestamp } from './primitive.ts';
import { Attributes, Visitor } from './visitor.ts';

export const ConversationStatus = z.enum(['open', 'pending', 'snoozed', 'resolved']);
export type ConversationStatus = z.infer<typeof ConversationStatus>;

export const ConversationCategory = z.enum(['human-chats', 'ai-chats']);
export type ConversationCategory = z.infer<typeof ConversationCategory>;

/** How soon it has to be answered, as the agents see it; from the least to the most. */
export const Priority = z.enum(['none', 'low', 'medium', 'high', 'urgent']);
export type Priority = z.infer<typeof Priority>;

/** What the visitor thinks of how it went. */
export const Rating = z.object({
  /** From 1, bad, to 5, good. */
  score: z.int().check(z.minimum(1), z.maximum(5)),
  comment: z.nullable(z.string()),
});
export type Rating = z.infer<typeof Rating>;

export const conversationFields = {
  id: Id,
  status: ConversationStatus,
  category: ConversationCategory,
  assignee: z.nullable(z.object({ id: Id, name: z.string() })),
  visitor: Visitor,
  /** Agents only. */
  labels: z.optional(z.array(z.string())),
  /** Agents only; absent: `none`. */
  priority: z.optional(Priority),
  /** Agents only: when a snoozed one wakes by itself, in Unix seconds; absent: when the visitor writes. */
  snoozed_until: z.optional(Timestamp),
  /** Agents only: the team that looks after it; absent: none. */
  team: z.optional(z.object({ id: Id, name: z.string() })),
  /** Agents only: what the site says of the visitor; absent: nothing. */
  attributes: z.optional(Attributes),
  /** Agents only: what the visitor writes is refused; absent: it is not. */
  blocked: z.optional(z.boolean()),
  /** Absent: not rated. */
  rating: z.optional(Rating),
  /** Messages of the other side that the reader of this stream has not read. */
  unread: z.int(),
  /** Places in the reader's stream. */
  visitor_read_up_to: Seq,
  agent_read_up_to: Seq,
  /** The highest place given out in the reader's stream. */
  head: Seq,
  created_at: DateTime,
  timestamp: Timestamp,
};

/** A conversation as one audience sees it: all its numbers are those of that audience's stream. */
export const Conversation = z.object(conversationFields);
export type Conversation = z.infer<typeof Conversation>;

/** A conversation as a row of the agents' inbox, in the numbers of the agent stream. */
export const InboxEntry = z.object({
  ...conversationFields,
  site_id: Id,
  last_message: z.nullable(
    z.object({
      id: Id,
      sender_type: SenderType,
      sender_name: z.nullable(z.string()),
      /** The beginning of the text, on one line. */
      preview: z.string(),
      private: z.boolean(),
      timestamp: Timestamp,
    }),
  ),
  /**
   * When somebody last wrote, or the conversation began. Unix milliseconds: the inbox is sorted by it,
   * and two of one second must stand in the same order for everybody.
   */
  last_activity_ms: Timestamp,
  /** Since when the visitor waits for an answer. Unix seconds. */
  waiting_since: z.nullable(Timestamp),
});
export type InboxEntry = z.infer<typeof InboxEntry>;
