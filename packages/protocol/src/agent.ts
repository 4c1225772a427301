import { z } from 'zod/mini';
import { Id } from './primitive.ts';

export const AgentRole = z.enum(['owner', 'admin', 'agent']);
export type AgentRole = z.infer<typeof AgentRole>;

/** The languages in which agents can be addressed. */
export const AgentLocale = z.enum(['en', 'de']);
export type AgentLocale = z.infer<typeof AgentLocale>;

export const Agent = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  /** The language that the agent chose, on every device; absent: that of the browser. */
  locale: z.optional(z.string()),
});
export type Agent = z.infer<typeof Agent>;

/** A site as an agent who is a member of it sees it. */
export const MemberSite = z.object({
  id: Id,
  name: z.string(),
  role: AgentRole,
  /** The public token that stands in the embedding page. */
  token: z.string(),
  /** Origins that may embed the widget; none: any. */
  allowed_origins: z.array(z.string()),
});
export type MemberSite = z.infer<typeof MemberSite>;
