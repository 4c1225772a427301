import { z } from 'zod/mini';
import { ConversationStatus } from './conversation.ts';
import { LIMITS } from './limit.ts';
import { filledText, Id, Timestamp } from './primitive.ts';
import { Attributes, Visitor } from './visitor.ts';

/** A page on which the visitor was; `timestamp` is when it came there. */
export const VisitedPage = z.object({
  url: z.string(),
  title: z.nullable(z.string()),
  timestamp: Timestamp,
});
export type VisitedPage = z.infer<typeof VisitedPage>;

/** What an agent wrote of a visitor, for the agents of the site alone. */
export const VisitorNote = z.object({
  id: Id,
  /** Null: that agent is gone. */
  agent_id: z.nullable(Id),
  agent_name: z.string(),
  text: z.string(),
  timestamp: Timestamp,
});
export type VisitorNote = z.infer<typeof VisitorNote>;

/** All that agents see of a visitor. Times are Unix seconds. */
export const VisitorDetails = z.object({
  ...Visitor.shape,
  site_id: Id,
  locale: z.nullable(z.string()),
  /** An IANA name, as the browser said it. */
  time_zone: z.nullable(z.string()),
  user_agent: z.nullable(z.string()),
  /** Of the page last seen on: from where the visitor came to it. */
  referrer: z.nullable(z.string()),
  attributes: Attributes,
  first_seen: Timestamp,
  last_seen: Timestamp,
  /** What a blocked visitor writes is refused. */
  blocked: z.boolean(),
  /** To which version of the site's text the visitor agreed, and when; null: it was not asked. */
  consent: z.nullable(z.object({ version: z.int(), timestamp: Timestamp })),
  /** The newest first, a bounded number. */
  pages: z.array(VisitedPage),
  /** The latest first, a bounded number. */
  conversations: z.array(
    z.object({ id: Id, status: ConversationStatus, preview: z.string(), timestamp: Timestamp }),
  ),
  /** The newest first. */
  notes: z.array(VisitorNote),
});
export type VisitorDetails = z.infer<typeof VisitorDetails>;

export const VisitorDetailsAnswer = z.object({
  success: z.literal(true),
  visitor: VisitorDetails,
});
export type VisitorDetailsAnswer = z.infer<typeof VisitorDetailsAnswer>;

export const VisitorPatch = z.object({ blocked: z.optional(z.boolean()) });
export type VisitorPatch = z.infer<typeof VisitorPatch>;

export const VisitorNoteRequest = z.object({ text: filledText(LIMITS.visitorNote_chars) });
export type VisitorNoteRequest = z.infer<typeof VisitorNoteRequest>;
