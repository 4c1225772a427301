import type {
  Attachment,
  ChannelsAuthAnswer,
  ChatConversationStarted,
  ChatCurrentConversation,
  ConfigAnswer,
  Conversation,
  ErrorBody,
  InitAnswer,
  Message,
  MessageAnswer,
  ProactiveMessage,
  Rating,
  RealtimeConfig,
  Team,
  UpdatesAnswer,
  UploadLimits,
  Visitor,
  Wording,
} from '@parley/protocol';
import {
  anything,
  boolean,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
} from './guard.ts';

/**
 * The forms of what a visitor's client receives before there is a conversation, by the names of the
 * protocol's schemas.
 */
export const success = { success: oneOf(true) };
export const isSuccess = object<{ success: true }>(success);

export const isErrorBody = object<ErrorBody>({
  success: oneOf(false),
  error: object<ErrorBody['error']>({
    code: string,
    message: string,
    details: optional(anything),
  }),
});

export const senderType = oneOf('visitor', 'agent', 'bot', 'system');

const isAttachment = object<Attachment>({
  id: integer,
  name: string,
  url: string,
  type: string,
  size: integer,
  kind: oneOf('image', 'audio', 'video', 'voice', 'file'),
  duration_ms: optional(integer),
  waveform: optional(list(number)),
  width: optional(integer),
  height: optional(integer),
  thumbnail_url: optional(string),
  removed: optional(oneOf(true)),
});

export const messageFields = {
  id: integer,
  conversation_id: integer,
  client_message_id: nullable(string),
  sender_type: senderType,
  sender_name: nullable(string),
  text: string,
  attachments: list(isAttachment),
  created_at: string,
  timestamp: integer,
  seq: integer,
};
export const changeFields = {
  edited_at: nullable(string),
  deleted_at: nullable(string),
  private: boolean,
};

export const isMessage = object<Message>({
  ...messageFields,
  ...changeFields,
  changed_seq: integer,
});

const isVisitor = object<Visitor>({
  id: integer,
  name: nullable(string),
  email: nullable(string),
  verified: boolean,
});

const isPlain = (value: unknown): value is string | number | boolean =>
  string(value) || number(value) || boolean(value);

export const isRating = object<Rating>({ score: integer, comment: nullable(string) });

export const conversationFields = {
  id: integer,
  status: oneOf('open', 'pending', 'snoozed', 'resolved'),
  category: oneOf('human-chats', 'ai-chats'),
  assignee: nullable(object<{ id: number; name: string }>({ id: integer, name: string })),
  visitor: isVisitor,
  labels: optional(list(string)),
  priority: optional(oneOf('none', 'low', 'medium', 'high', 'urgent')),
  snoozed_until: optional(integer),
  team: optional(object<{ id: number; name: string }>({ id: integer, name: string })),
  attributes: optional(record(isPlain)),
  blocked: optional(boolean),
  rating: optional(isRating),
  unread: integer,
  visitor_read_up_to: integer,
  agent_read_up_to: integer,
  head: integer,
  created_at: string,
  timestamp: integer,
};
export const isConversation = object<Conversation>(conversationFields);

// Events of SPEC §4, of a visitor's own channel.
export const isCurrentConversation = object<ChatCurrentConversation>({
  conversation_id: nullable(integer),
});
export const isConversationStarted = object<ChatConversationStarted>({
  conversation: isConversation,
});

// Answers of SPEC §3.
const scheme = oneOf('http', 'https');
export const realtimeFields = {
  realtimeProvider: oneOf('pusher', 'reverb', 'polling'),
  reverb: object<RealtimeConfig['reverb']>({
    enabled: boolean,
    key: string,
    host: string,
    port: integer,
    scheme,
    heads: boolean,
  }),
  pusher: object<RealtimeConfig['pusher']>({
    enabled: boolean,
    key: string,
    cluster: string,
    encrypted: boolean,
    host: optional(string),
    port: optional(integer),
    scheme: optional(scheme),
  }),
  polling: object<RealtimeConfig['polling']>({ interval_ms: integer, wait_s: integer }),
  degraded: optional(list(oneOf('pusher', 'reverb', 'polling'))),
};

export const isUploadLimits = object<UploadLimits>({ file_bytes: integer, files: integer });

const isWording = (value: unknown): value is Wording =>
  string(value) || (record(string)(value) && 'other' in value);

export const isConfigAnswer = object<ConfigAnswer>({
  ...success,
  ...realtimeFields,
  uploads: optional(isUploadLimits),
  site: object<ConfigAnswer['site']>({
    name: string,
    locale: string,
    appearance: object<ConfigAnswer['site']['appearance']>({
      color: string,
      theme: oneOf('auto', 'light', 'dark'),
      position: oneOf('right', 'left'),
      title: string,
      greeting: string,
      launcher_text: optional(string),
      launcher_picture: optional(string),
    }),
    prechat: oneOf('off', 'optional', 'required'),
    prechat_when: optional(oneOf('after')),
    typing_preview: boolean,
    voice: optional(oneOf(false)),
    consent: optional(
      object<NonNullable<ConfigAnswer['site']['consent']>>({
        version: integer,
        text: optional(string),
        privacy_url: optional(string),
      }),
    ),
    offline_message: optional(string),
    proactive: optional(
      list(object<ProactiveMessage>({ page: string, after_s: integer, text: string })),
    ),
    live_visitors: optional(oneOf(true)),
    rating: optional(oneOf(false)),
    transcript: optional(oneOf(true)),
    wording: optional(record(record(isWording))),
    launcher_label: optional(string),
  }),
});

export const isInitAnswer = object<InitAnswer>({
  ...success,
  visitor: isVisitor,
  visitor_token: string,
  conversation: nullable(isConversation),
  messages: list(isMessage),
  head: integer,
  has_more: boolean,
  team: object<Team>({
    agents: list(object<{ name: string }>({ name: string })),
    reply_time_s: nullable(integer),
    open: boolean,
    until: nullable(integer),
  }),
});

export const isMessageAnswer = object<MessageAnswer>({
  ...success,
  message: isMessage,
  head: integer,
});

export const isChannelsAuthAnswer = object<ChannelsAuthAnswer>({
  channels: record(
    nullable(
      object<{ auth: string; channel_data?: string | undefined }>({
        auth: string,
        channel_data: optional(string),
      }),
    ),
  ),
});

export const isUpdatesAnswer = object<UpdatesAnswer>({
  ...success,
  events: list(
    object<UpdatesAnswer['events'][number]>({ channel: string, event: string, data: anything }),
  ),
  cursor: string,
  reset: optional(boolean),
  degraded: optional(list(oneOf('pusher', 'reverb', 'polling'))),
});
