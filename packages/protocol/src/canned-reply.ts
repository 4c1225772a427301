import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { LIMITS } from './limit.ts';
import { filledText, Id } from './primitive.ts';

/** What is typed after the `/`: short, and without spaces. */
const Shortcut = z
  .string()
  .check(
    z.regex(/^[\p{L}\p{N}_-]{1,40}$/u, { error: 'must be letters, digits, - and _, at most 40' }),
  );

/**
 * A text that agents write often. `{{visitor.name}}`, `{{visitor.email}}`, `{{agent.name}}` and
 * `{{site.name}}` in it are filled in by whoever inserts it.
 */
export const CannedReply = z.object({
  id: Id,
  site_id: Id,
  shortcut: z.string(),
  text: z.string(),
  /** Of the agent who asks alone; false: of everybody on the site. */
  own: z.boolean(),
});
export type CannedReply = z.infer<typeof CannedReply>;

export const CannedReplyRequest = z.object({
  site_id: Id,
  shortcut: Shortcut,
  text: filledText(LIMITS.messageText_chars),
  own: z.optional(z.boolean()),
});
export type CannedReplyRequest = z.infer<typeof CannedReplyRequest>;

export const CannedReplyPatch = z.object({
  shortcut: z.optional(Shortcut),
  text: z.optional(filledText(LIMITS.messageText_chars)),
});
export type CannedReplyPatch = z.infer<typeof CannedReplyPatch>;

export const CannedRepliesQuery = z.object({
  site: z.optional(z.coerce.number().check(z.int(), z.positive())),
  /** Beginning of the shortcut, or any part of the text; the former first. */
  q: z.optional(filledText(LIMITS.search_chars)),
});
export type CannedRepliesQuery = z.infer<typeof CannedRepliesQuery>;

export const CannedRepliesAnswer = z.object({ ...success, replies: z.array(CannedReply) });
export type CannedRepliesAnswer = z.infer<typeof CannedRepliesAnswer>;

export const CannedReplyAnswer = z.object({ ...success, reply: CannedReply });
export type CannedReplyAnswer = z.infer<typeof CannedReplyAnswer>;
