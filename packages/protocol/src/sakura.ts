import { z } from 'zod/mini';
import { Chat } from './api-visitor.ts';
import { ConversationCategory } from './conversation.ts';
import { Id } from './primitive.ts';

/** The channel of `/ws/dashboard`; there is no other. */
export const CHAT_UPDATES = 'chat_updates';

/** What a client of `/ws/dashboard` says. */
export const DashboardCommand = z.object({
  type: z.literal('subscribe'),
  channel: z.literal(CHAT_UPDATES),
});
export type DashboardCommand = z.infer<typeof DashboardCommand>;

/** Somebody who has written, as the Sakura dashboard sees it. */
export const DashboardUser = z.object({
  _id: Id,
  name: z.string(),
  email: z.nullable(z.string()),
  category: ConversationCategory,
  status: z.string(),
  /** The owner of the site; null where it has none. */
  dashboard_user_id: z.nullable(Id),
  /** The most recently active first. */
  chats: z.array(Chat),
});
export type DashboardUser = z.infer<typeof DashboardUser>;

/** All that there is to see, each time: the most recently active users first. */
export const ChatUpdates = z.object({
  type: z.literal(CHAT_UPDATES),
  data: z.object({
    users: z.array(DashboardUser),
    /** ISO 8601. */
    timestamp: z.string(),
  }),
});
export type ChatUpdates = z.infer<typeof ChatUpdates>;

/** What was said to the socket is not understood; it stays open. */
export const DashboardError = z.object({
  type: z.literal('error'),
  error: z.object({ code: z.string(), message: z.string() }),
});
export type DashboardError = z.infer<typeof DashboardError>;
