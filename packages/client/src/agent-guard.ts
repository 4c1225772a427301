import type {
  Agent,
  AgentMessagesAnswer,
  ChatInboxUpdated,
  ChatViewing,
  InboxAnswer,
  InboxEntry,
  InboxEntryAnswer,
  MeAnswer,
  MemberSite,
  RealtimeConfig,
} from '@parley/protocol';
import { pageFields } from './conversation-guard.ts';
import { boolean, integer, list, nullable, object, oneOf, optional, string } from './guard.ts';
import {
  conversationFields,
  isUploadLimits,
  realtimeFields,
  senderType,
  success,
} from './wire-guard.ts';

/** The forms of what only an agent's client receives. */
const isInboxEntry = object<InboxEntry>({
  ...conversationFields,
  site_id: integer,
  last_message: nullable(
    object<NonNullable<InboxEntry['last_message']>>({
      id: integer,
      sender_type: senderType,
      sender_name: nullable(string),
      preview: string,
      private: boolean,
      timestamp: integer,
    }),
  ),
  last_activity_ms: integer,
  waiting_since: nullable(integer),
});

export const isInboxUpdated = object<ChatInboxUpdated>({ conversation: isInboxEntry });

export const isViewing = object<ChatViewing>({
  conversation_id: integer,
  agents: list(object<ChatViewing['agents'][number]>({ id: integer, name: string })),
  gone: list(integer),
});

export const isMeAnswer = object<MeAnswer>({
  ...success,
  agent: object<Agent>({ id: integer, name: string, email: string, locale: optional(string) }),
  sites: list(
    object<MemberSite>({
      id: integer,
      name: string,
      role: oneOf('owner', 'admin', 'agent'),
      token: string,
      allowed_origins: list(string),
    }),
  ),
  csrf_token: string,
  realtime: object<RealtimeConfig>(realtimeFields),
  uploads: optional(isUploadLimits),
});

export const isInboxAnswer = object<InboxAnswer>({
  ...success,
  conversations: list(isInboxEntry),
  next_cursor: nullable(string),
});

export const isInboxEntryAnswer = object<InboxEntryAnswer>({
  ...success,
  conversation: isInboxEntry,
});

export const isAgentMessagesAnswer = object<AgentMessagesAnswer>({
  ...pageFields,
  conversation: isInboxEntry,
});
