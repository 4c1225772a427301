import { z } from 'zod/mini';
import { Conversation, Rating } from './conversation.ts';
import { LIMITS } from './limit.ts';
import { Message, UploadLimits } from './message.ts';
import { ClientMessageId, filledText, Id, Seq, text } from './primitive.ts';
import { PublicSite, Team } from './site-settings.ts';
import { RealtimeConfig } from './site.ts';
import { AttributesPatch, Email, Locale, Page, TimeZone, Visitor, VisitorName } from './visitor.ts';

/** Requests and answers of SPEC §3, Visitors. */
export const success = { success: z.literal(true) };

export const ConfigAnswer = z.object({
  ...success,
  ...RealtimeConfig.shape,
  uploads: z.optional(UploadLimits),
  site: PublicSite,
});
export type ConfigAnswer = z.infer<typeof ConfigAnswer>;

export const InitRequest = z.object({
  visitor_token: z.optional(z.string().check(z.maxLength(200))),
  name: z.optional(VisitorName),
  email: z.optional(Email),
  attributes: z.optional(AttributesPatch),
  locale: z.optional(Locale),
  time_zone: z.optional(TimeZone),
  page: z.optional(Page),
  /** A short-lived JWT from the site's own backend. */
  identity_token: z.optional(z.string().check(z.maxLength(4_000))),
  /** The visitor has agreed to this version of the site's text (`site.consent` of `config`). */
  consent: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000_000))),
});
export type InitRequest = z.infer<typeof InitRequest>;

export const InitAnswer = z.object({
  ...success,
  visitor: Visitor,
  /** Secret; opens every other call. */
  visitor_token: z.string(),
  conversation: z.nullable(Conversation),
  /** The newest of the conversation, oldest first. */
  messages: z.array(Message),
  /** Place of the newest change; 0 without a conversation. */
  head: Seq,
  /** Whether there is older history. */
  has_more: z.boolean(),
  team: Team,
});
export type InitAnswer = z.infer<typeof InitAnswer>;

const MessageText = filledText(LIMITS.messageText_chars);

/** `message` is accepted for `text`. */
export const SendRequest = z
  .object({
    text: z.optional(MessageText),
    message: z.optional(MessageText),
    client_message_id: z.optional(ClientMessageId),
    conversation_id: z.optional(Id),
  })
  .check(
    z.refine((body) => body.text !== undefined || body.message !== undefined, {
      error: 'text is required',
      path: ['text'],
    }),
  );
export type SendRequest = z.infer<typeof SendRequest>;

/** Also the answer to an edit and a deletion. */
export const MessageAnswer = z.object({ ...success, message: Message, head: Seq });
export type MessageAnswer = z.infer<typeof MessageAnswer>;

export const EditRequest = z.object({ text: MessageText });
export type EditRequest = z.infer<typeof EditRequest>;

/** One of `after` and `before`, or neither: then the newest messages. */
export const MessagesQuery = z
  .object({
    after: z.optional(z.coerce.number().check(z.int(), z.minimum(0))),
    before: z.optional(z.coerce.number().check(z.int(), z.minimum(1))),
    limit: z.optional(
      z.coerce.number().check(z.int(), z.minimum(1), z.maximum(LIMITS.historyPageMax)),
    ),
    wait: z.optional(z.coerce.number().check(z.minimum(0), z.maximum(LIMITS.wait_s))),
  })
  .check(
    z.refine((query) => query.after === undefined || query.before === undefined, {
      error: 'after and before exclude each other',
      path: ['before'],
    }),
  );
export type MessagesQuery = z.infer<typeof MessagesQuery>;

export const MessagesAnswer = z.object({
  ...success,
  conversation: Conversation,
  /** With `after`: ordered by `changed_seq`. Otherwise by `seq`, oldest first. */
  messages: z.array(Message),
  head: Seq,
  /** With `after`: ask on from here. Otherwise equal to `head`. */
  cursor: Seq,
  /** With `after`: more changes wait. Otherwise: there is older history. */
  has_more: z.boolean(),
});
export type MessagesAnswer = z.infer<typeof MessagesAnswer>;

export const ReadRequest = z.object({ up_to: Seq });
export type ReadRequest = z.infer<typeof ReadRequest>;

export const ReadAnswer = z.object({ ...success, up_to: Seq, unread: z.int(), head: Seq });
export type ReadAnswer = z.infer<typeof ReadAnswer>;

export const TypingRequest = z.object({
  typing: z.boolean(),
  preview: z.optional(text(LIMITS.typingPreview_chars)),
});
export type TypingRequest = z.infer<typeof TypingRequest>;

export const RatingRequest = z.object({
  score: Rating.shape.score,
  comment: z.optional(text(LIMITS.ratingComment_chars)),
});
export type RatingRequest = z.infer<typeof RatingRequest>;

export const RatingAnswer = z.object({ ...success, rating: Rating, head: Seq });
export type RatingAnswer = z.infer<typeof RatingAnswer>;

export const TranscriptRequest = z.object({
  /** Of the mail; without it that of the site. */
  locale: z.optional(Locale),
});
export type TranscriptRequest = z.infer<typeof TranscriptRequest>;

/** Accepted: the mail goes out as soon as it can. */
export const TranscriptAnswer = z.object({
  ...success,
  /** Where to: the visitor's own address. */
  email: z.string(),
});
export type TranscriptAnswer = z.infer<typeof TranscriptAnswer>;

export const SuccessAnswer = z.object(success);

/** Laravel's channel authorization; `channels` asks for several at once. */
export const ChannelAuthRequest = z.object({
  socket_id: z.string().check(z.maxLength(50)),
  channel_name: z.optional(z.string().check(z.maxLength(200))),
  channels: z.optional(
    z.array(z.string().check(z.maxLength(200))).check(z.maxLength(LIMITS.channelsPerAuth)),
  ),
  provider: z.optional(z.enum(['pusher', 'reverb'])),
});
export type ChannelAuthRequest = z.infer<typeof ChannelAuthRequest>;

/** What a Pusher client expects for one channel. */
export const ChannelAuth = z.object({ auth: z.string(), channel_data: z.optional(z.string()) });
export type ChannelAuth = z.infer<typeof ChannelAuth>;

/** For several channels: the refused ones are null. */
export const ChannelsAuthAnswer = z.object({
  channels: z.record(z.string(), z.nullable(ChannelAuth)),
});
export type ChannelsAuthAnswer = z.infer<typeof ChannelsAuthAnswer>;

/** A conversation in the form of the Sakura dashboard. */
export const Chat = z.object({
  id: Id,
  status: z.string(),
  messages: z.array(
    z.object({
      id: Id,
      role: z.enum(['user', 'agent']),
      content: z.string(),
      attachments: z.array(z.unknown()),
      /** ISO 8601. */
      timestamp: z.string(),
    }),
  ),
});
export type Chat = z.infer<typeof Chat>;

export const ChatsAnswer = z.object({ ...success, email: z.string(), chats: z.array(Chat) });
export type ChatsAnswer = z.infer<typeof ChatsAnswer>;
