import type { Attachment, RealtimeProvider, SenderType } from '@parley/protocol';
import type { Enclosure } from './enclosure.ts';

/** Where events come from now (RT-1). */
export interface RealtimeState {
  /** Who brings events; null while nobody does. */
  readonly realtimeProvider: RealtimeProvider | null;
  /** Whether that provider's connection stands and its channels are subscribed. */
  readonly realtimeConnected: boolean;
  /** The name of the main subscribed channel. */
  readonly channelSubscription: string | null;
  /** What a person may be told; `none` while polling works. */
  readonly trouble: 'none' | 'connecting' | 'offline';
}

export const NO_REALTIME: RealtimeState = {
  realtimeProvider: null,
  realtimeConnected: false,
  channelSubscription: null,
  trouble: 'none',
};

export function sameState(a: RealtimeState, b: RealtimeState): boolean {
  return (
    a.realtimeProvider === b.realtimeProvider &&
    a.realtimeConnected === b.realtimeConnected &&
    a.channelSubscription === b.channelSubscription &&
    a.trouble === b.trouble
  );
}

export type MessageState = 'sending' | 'sent' | 'read' | 'failed';

/** Why something failed, as the server said it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A row of the log: an acknowledged message, or one of one's own that is under way (SYNC-10). */
export interface LogMessage {
  /** Stays the same when the message is acknowledged. */
  readonly key: string;
  /** Null until acknowledged. */
  readonly id: number | null;
  /** Place in the reader's stream; null until acknowledged. */
  readonly seq: number | null;
  readonly state: MessageState;
  /** Of the reader's own side: the visitor's in the widget, any agent's in the dashboard. */
  readonly mine: boolean;
  readonly sender_type: SenderType;
  readonly sender_name: string | null;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Unix milliseconds. */
  readonly created_at_ms: number;
  readonly edited: boolean;
  readonly deleted: boolean;
  /** A note; only agents ever see one. */
  readonly private: boolean;
  readonly client_message_id: string | null;
  /** Why it failed; null in every other state. */
  readonly error: Failure | null;
  /** The files of one that is under way; null once `attachments` say them. */
  readonly enclosure: Enclosure | null;
  /** How much of its files has gone, from 0 to 1; null while nothing goes. */
  readonly progress: number | null;
}

/** Who of the other side is typing. */
export interface Typing {
  readonly sender_type: SenderType;
  readonly sender_name: string | null;
  /** What the visitor is writing; agents only. */
  readonly preview: string | null;
}

/** A conversation as it is shown; `C` is `Conversation` for visitors, `InboxEntry` for agents. */
export interface ConversationView<C> {
  readonly conversation: C;
  /** Oldest first; one's own unacknowledged last. */
  readonly messages: readonly LogMessage[];
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  readonly typing: Typing | null;
  /** Messages of the other side that nobody of this side has read. */
  readonly unread: number;
}
