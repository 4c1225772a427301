import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { ClientMessageId, filledText, Id, Timestamp } from './primitive.ts';
import { LIMITS } from './limit.ts';
import { Page, Visitor } from './visitor.ts';

/** Who is on a page of a site now: kept in memory alone, and gone with the visitor. */
export const LiveVisitor = z.object({
  site_id: Id,
  visitor: Visitor,
  /** Where it is; `referrer` is where this visit came from. */
  page: Page,
  /** On this page since then. */
  since: Timestamp,
  /** On the site since then. */
  arrived: Timestamp,
  /** Pages of this visit, this one included. */
  pages: z.int(),
  /** The conversation that is not resolved, if any. */
  conversation_id: z.nullable(Id),
});
export type LiveVisitor = z.infer<typeof LiveVisitor>;

export const LiveVisitorsAnswer = z.object({
  ...success,
  /** Who came last stands first; at most `LIMITS.liveVisitorsPage`. */
  visitors: z.array(LiveVisitor),
  /** Also those beyond. */
  total: z.int(),
  /** The agent's sites, and whether each shows its visitors. */
  sites: z.array(z.object({ id: Id, live_visitors: z.boolean() })),
});
export type LiveVisitorsAnswer = z.infer<typeof LiveVisitorsAnswer>;

/** The first message to a visitor. */
export const ApproachRequest = z.object({
  text: filledText(LIMITS.messageText_chars),
  client_message_id: z.optional(ClientMessageId),
});
export type ApproachRequest = z.infer<typeof ApproachRequest>;
