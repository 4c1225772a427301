import { z } from 'zod/mini';
import { Agent, MemberSite } from './agent.ts';
import { success } from './api-visitor.ts';
import { ConversationCategory, ConversationStatus, InboxEntry, Priority } from './conversation.ts';
import { LIMITS } from './limit.ts';
import { Message, UploadLimits } from './message.ts';
import { ClientMessageId, filledText, Id, Seq, Timestamp } from './primitive.ts';
import { RealtimeConfig } from './site.ts';
import { UpdatesQuery } from './update.ts';
import { Email } from './visitor.ts';

/** Requests and answers of SPEC §3, Agents. */
export const LoginRequest = z.object({
  email: Email,
  password: z.string().check(z.minLength(1), z.maxLength(1_000)),
  /** Of the second factor, where the agent has one. */
  code: z.optional(z.string().check(z.maxLength(20))),
});
export type LoginRequest = z.infer<typeof LoginRequest>;

export const MeAnswer = z.object({
  ...success,
  agent: Agent,
  sites: z.array(MemberSite),
  /** Goes into `X-CSRF-TOKEN` of every change. */
  csrf_token: z.string(),
  realtime: RealtimeConfig,
  uploads: z.optional(UploadLimits),
});
export type MeAnswer = z.infer<typeof MeAnswer>;

export const InboxQuery = z.object({
  site: z.optional(z.coerce.number().check(z.int(), z.positive())),
  status: z.optional(ConversationStatus),
  /** `me`, `none` or an agent's id. */
  assignee: z.optional(z.string().check(z.regex(/^(me|none|[1-9]\d{0,15})$/))),
  label: z.optional(filledText(LIMITS.label_chars)),
  category: z.optional(ConversationCategory),
  /** `none` or a team's id. */
  team: z.optional(z.string().check(z.regex(/^(none|[1-9]\d{0,15})$/))),
  /** `me`: where a note names the agent who asks, who has not seen that yet. */
  mentioned: z.optional(z.literal('me')),
  /** `waiting`: who waits longest first, then the latest activity. Default: the latest activity. */
  sort: z.optional(z.enum(['newest', 'waiting'])),
  /** Searches names, addresses and messages. */
  q: z.optional(filledText(LIMITS.search_chars)),
  cursor: z.optional(z.string().check(z.maxLength(100))),
  limit: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(LIMITS.inboxPageMax))),
});
export type InboxQuery = z.infer<typeof InboxQuery>;

export const InboxAnswer = z.object({
  ...success,
  /** Latest activity first, or as `sort` says. */
  conversations: z.array(InboxEntry),
  next_cursor: z.nullable(z.string()),
});
export type InboxAnswer = z.infer<typeof InboxAnswer>;

export const MentionsAnswer = z.object({ ...success, conversation_ids: z.array(Id) });
export type MentionsAnswer = z.infer<typeof MentionsAnswer>;

/** `online`: a dashboard is open, and the agent does not say to be away. */
export const Availability = z.enum(['online', 'away', 'offline']);
export type Availability = z.infer<typeof Availability>;

export const AvailabilityRequest = z.object({ away: z.boolean() });
export type AvailabilityRequest = z.infer<typeof AvailabilityRequest>;

export const AvailabilityAnswer = z.object({ ...success, availability: Availability });
export type AvailabilityAnswer = z.infer<typeof AvailabilityAnswer>;

/** Who works on one's own sites. */
export const ColleaguesAnswer = z.object({
  ...success,
  agents: z.array(
    z.object({ id: Id, name: z.string(), site_ids: z.array(Id), availability: Availability }),
  ),
});
export type ColleaguesAnswer = z.infer<typeof ColleaguesAnswer>;

export const InboxEntryAnswer = z.object({ ...success, conversation: InboxEntry });
export type InboxEntryAnswer = z.infer<typeof InboxEntryAnswer>;

/** As the visitors' {@link MessagesAnswer}, with the conversation as the inbox shows it. */
export const AgentMessagesAnswer = z.object({
  ...success,
  conversation: InboxEntry,
  messages: z.array(Message),
  head: Seq,
  cursor: Seq,
  has_more: z.boolean(),
});
export type AgentMessagesAnswer = z.infer<typeof AgentMessagesAnswer>;

export const ReplyRequest = z.object({
  text: filledText(LIMITS.messageText_chars),
  client_message_id: z.optional(ClientMessageId),
  /** A note: the visitor never sees it. */
  private: z.optional(z.boolean()),
});
export type ReplyRequest = z.infer<typeof ReplyRequest>;

/** Without `up_to`: everything there is. */
export const MarkReadRequest = z.object({ up_to: z.optional(Seq) });
export type MarkReadRequest = z.infer<typeof MarkReadRequest>;

const Labels = z.array(filledText(LIMITS.label_chars)).check(z.maxLength(LIMITS.labels));

export const ConversationPatch = z.object({
  status: z.optional(ConversationStatus),
  assignee_id: z.optional(z.nullable(Id)),
  /** In place of those it has; or some more, and some less. */
  labels: z.optional(Labels),
  add_labels: z.optional(Labels),
  remove_labels: z.optional(Labels),
  category: z.optional(ConversationCategory),
  priority: z.optional(Priority),
  /** Snoozes it until then, in Unix seconds: in the future. Null: until the visitor writes. */
  snoozed_until: z.optional(z.nullable(Timestamp)),
  team_id: z.optional(z.nullable(Id)),
});
export type ConversationPatch = z.infer<typeof ConversationPatch>;

/** One change of several conversations. */
export const BulkRequest = z.object({
  ids: z.array(Id).check(z.minLength(1), z.maxLength(LIMITS.bulk)),
  patch: ConversationPatch,
});
export type BulkRequest = z.infer<typeof BulkRequest>;

/** Each by itself: what cannot be changed keeps none of the others from it. */
export const BulkAnswer = z.object({
  ...success,
  conversations: z.array(InboxEntry),
  failed: z.array(z.object({ id: Id, code: z.string(), message: z.string() })),
});
export type BulkAnswer = z.infer<typeof BulkAnswer>;

/** The inbox of all one's sites, and the agent streams of the conversations in `follow` (`1,2,3`). */
export const AgentUpdatesQuery = z.object({
  ...UpdatesQuery.shape,
  follow: z.optional(z.string().check(z.regex(/^[1-9]\d{0,15}(,[1-9]\d{0,15}){0,49}$/))),
});
export type AgentUpdatesQuery = z.infer<typeof AgentUpdatesQuery>;
