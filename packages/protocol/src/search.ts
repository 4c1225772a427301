import { z } from 'zod/mini';
import { InboxEntry } from './conversation.ts';
import { LIMITS } from './limit.ts';
import { SenderType } from './message.ts';
import { filledText, Id, Seq, Timestamp } from './primitive.ts';

export const SearchQuery = z.object({
  q: filledText(LIMITS.search_chars),
  site: z.optional(z.coerce.number().check(z.int(), z.positive())),
  /** Messages before this one: `next_cursor` of the page before. */
  cursor: z.optional(z.coerce.number().check(z.int(), z.positive())),
  limit: z.optional(
    z.coerce.number().check(z.int(), z.minimum(1), z.maximum(LIMITS.searchPageMax)),
  ),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const FoundMessage = z.object({
  id: Id,
  conversation_id: Id,
  /** In the agent stream. */
  seq: Seq,
  sender_type: SenderType,
  sender_name: z.nullable(z.string()),
  private: z.boolean(),
  timestamp: Timestamp,
  /** The part of the text in which it was found, on one line. */
  excerpt: z.string(),
  /** Ranges of the excerpt, in UTF-16 units: from, to. */
  highlights: z.array(z.tuple([z.int(), z.int()])),
});
export type FoundMessage = z.infer<typeof FoundMessage>;

export const SearchAnswer = z.object({
  success: z.literal(true),
  /** Conversations whose visitor, or number, was asked for. With the first page only. */
  people: z.array(Id),
  messages: z.array(FoundMessage),
  /** All that are named above. */
  conversations: z.array(InboxEntry),
  next_cursor: z.nullable(Id),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;
