import {
  formatDateTime,
  type Attachment,
  type Attributes,
  type Conversation,
  type InboxEntry,
  type SenderType,
  type Visitor,
} from '@parley/protocol';
import type { Audience } from '../actor.ts';
import type { ConversationState, Places } from './conversation.ts';

/** A conversation with all that its readers see of it. */
export interface ConversationView {
  readonly state: ConversationState;
  readonly visitor: Visitor;
  /** What the site says of the visitor. */
  readonly attributes: Attributes;
  /** Whether what the visitor writes is refused. */
  readonly blocked: boolean;
  readonly assignee: { readonly id: number; readonly name: string } | null;
  readonly team: { readonly id: number; readonly name: string } | null;
  /** What each side has not read of the other. */
  readonly unread: Places;
  readonly lastMessage: LastMessage | null;
}

/** What other rows say of a conversation. */
export type Surroundings = Omit<ConversationView, 'state' | 'lastMessage'>;

export type LastFile = Pick<Attachment, 'kind' | 'name'>;

export interface LastMessage {
  readonly id: number;
  readonly senderType: SenderType;
  readonly senderName: string | null;
  readonly text: string;
  /** Its first file. */
  readonly file: LastFile | null;
  readonly private: boolean;
  readonly createdAt_ms: number;
}

const PREVIEW_CHARS = 140;

/** What one audience sees, in the numbers of its stream: visitors not how agents keep order. */
export function presentConversation(view: ConversationView, audience: Audience): Conversation {
  const { state } = view;
  return {
    id: state.id,
    status: state.status,
    category: state.category,
    assignee: view.assignee,
    visitor: view.visitor,
    ...(audience === 'agent' && forAgents(view)),
    ...(state.rating && {
      rating: { score: state.rating.score, comment: state.rating.comment },
    }),
    unread: view.unread[audience],
    visitor_read_up_to: state.visitorRead[audience],
    agent_read_up_to: state.agentRead[audience],
    head: state.head[audience],
    created_at: formatDateTime(state.createdAt_ms),
    timestamp: seconds(state.createdAt_ms),
  };
}

/** Absent is what there is not: most conversations have little of it. */
function forAgents({ state, attributes, blocked, team }: ConversationView): Partial<Conversation> {
  return {
    labels: [...state.labels],
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(blocked && { blocked }),
    ...(state.priority !== 'none' && { priority: state.priority }),
    ...(state.snoozedUntil_ms !== null && { snoozed_until: seconds(state.snoozedUntil_ms) }),
    ...(team !== null && { team }),
  };
}

/** The row of the agents' inbox. */
export function presentEntry(view: ConversationView): InboxEntry {
  const { state, lastMessage } = view;
  return {
    ...presentConversation(view, 'agent'),
    site_id: state.siteId,
    last_message:
      lastMessage === null
        ? null
        : {
            id: lastMessage.id,
            sender_type: lastMessage.senderType,
            sender_name: lastMessage.senderName,
            preview: previewOf(lastMessage),
            private: lastMessage.private,
            timestamp: seconds(lastMessage.createdAt_ms),
          },
    last_activity_ms: state.lastActivityAt_ms,
    waiting_since: state.waitingSince_ms === null ? null : seconds(state.waitingSince_ms),
  };
}

export function seconds(unix_ms: number): number {
  return Math.floor(unix_ms / 1000);
}

/** In no language: agents read the inbox in their own. */
function previewOf({ text, file }: LastMessage): string {
  if (text !== '' || file === null) return preview(text);
  return file.kind === 'voice' ? '🎤' : preview(`📎 ${file.name}`);
}

/** The beginning on one line, never cut within a surrogate pair. */
function preview(text: string): string {
  // Not the whole text: it may be long, and the inbox shows many.
  const start = text.slice(0, 4 * PREVIEW_CHARS);
  const line = (/[^\S ]| {2}/.test(start) ? start.replaceAll(/\s+/g, ' ') : start).trim();
  if (line.length <= PREVIEW_CHARS) return line.replace(/[\uD800-\uDBFF]$/, '');
  return `${line.slice(0, PREVIEW_CHARS).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
