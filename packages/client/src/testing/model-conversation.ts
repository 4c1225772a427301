import {
  formatDateTime,
  type Attachment,
  type Conversation,
  type ConversationPatch,
  type InboxEntry,
  type Message,
  type Reader,
  type SenderType,
} from '@parley/protocol';
import type { Page } from '../conversation-log.ts';
import type { Side } from '../side.ts';

/** An event as the wire carries it. */
export interface WireEvent {
  readonly event: string;
  readonly data: { readonly conversation_id: number; readonly seq: number } & object;
}

/** What one change publishes: an event for each stream that shows it. */
export type Published = Readonly<Partial<Record<Side, WireEvent>>>;

interface StoredMessage {
  id: number;
  clientMessageId: string | null;
  senderType: SenderType;
  senderName: string | null;
  text: string;
  private: boolean;
  created_ms: number;
  edited_ms: number | null;
  deleted_ms: number | null;
  /** Absent: this stream does not show it. */
  seq: Partial<Record<Side, number>>;
  changedSeq: Partial<Record<Side, number>>;
}

const SIDES = ['visitor', 'agent'] as const;
const PAGE = 50;
const PAGE_MAX = 200;

/**
 * A conversation by the rules of SPEC §4 and §5, in memory: two dense streams, one writer. It
 * shares no code with the server and none with the client, so that both can be held against it.
 */
export class ModelConversation {
  readonly id: number;
  readonly siteId: number;
  readonly visitorId: number;
  readonly visitor: Conversation['visitor'];
  status: Conversation['status'] = 'open';
  labels: string[] = [];
  assignee: Conversation['assignee'] = null;
  readonly messages: StoredMessage[] = [];
  /** Where the file lies that each message has; null: none has one. */
  fileUrl: string | null = null;
  readonly #head: Record<Side, number> = { visitor: 0, agent: 0 };
  /** Index in `messages` after the newest that each side has read of the other. */
  readonly #read: Record<Reader, number> = { visitor: 0, agent: 0 };
  readonly #created_ms: number;
  readonly #nextMessageId: () => number;

  constructor(options: {
    id: number;
    siteId: number;
    visitorId: number;
    now_ms: number;
    nextMessageId: () => number;
  }) {
    this.id = options.id;
    this.siteId = options.siteId;
    this.visitorId = options.visitorId;
    this.visitor = { id: options.visitorId, name: null, email: null, verified: false };
    this.#created_ms = options.now_ms;
    this.#nextMessageId = options.nextMessageId;
  }

  head(side: Side): number {
    return this.#head[side];
  }

  send(
    message: {
      senderType: SenderType;
      text: string;
      clientMessageId: string | null;
      note?: boolean;
    },
    now_ms: number,
  ): { stored: StoredMessage; published: Published } {
    const { senderType, text, clientMessageId, note = false } = message;
    const seq = this.#allocate(note ? ['agent'] : SIDES);
    const stored: StoredMessage = {
      id: this.#nextMessageId(),
      clientMessageId,
      senderType,
      senderName: senderType === 'agent' ? 'Ann' : null,
      text,
      private: note,
      created_ms: now_ms,
      edited_ms: null,
      deleted_ms: null,
      seq,
      changedSeq: { ...seq },
    };
    this.messages.push(stored);
    const published = this.#publish(seq, 'ChatMessageReceived', (side) => {
      const {
        changed_seq: _,
        edited_at: __,
        deleted_at: ___,
        private: note,
        ...fields
      } = must(this.present(stored, side));
      return side === 'agent' ? { ...fields, private: note } : fields;
    });
    return { stored, published };
  }

  edit(stored: StoredMessage, text: string, now_ms: number): Published {
    if (stored.deleted_ms !== null) return {};
    stored.text = text;
    stored.edited_ms = now_ms;
    return this.#changed(stored);
  }

  remove(stored: StoredMessage, now_ms: number): Published {
    if (stored.deleted_ms !== null) return {};
    stored.text = '';
    stored.deleted_ms = now_ms;
    return this.#changed(stored);
  }

  /** @param upTo a place in the reader's stream */
  markRead(reader: Reader, upTo: number): Published {
    const covered = this.messages.findLastIndex((message) => {
      const seq = message.seq[reader];
      return seq !== undefined && seq <= upTo && isOther(message, reader);
    });
    if (covered + 1 <= this.#read[reader]) return {};
    this.#read[reader] = covered + 1;
    const seq = this.#allocate(SIDES);
    return this.#publish(seq, 'ChatMessagesRead', (side) => ({
      conversation_id: this.id,
      reader,
      up_to: this.#mark(reader, side),
    }));
  }

  patch(patch: Pick<ConversationPatch, 'status' | 'labels' | 'assignee_id'>): Published {
    const before = { status: this.status, assignee: this.assignee?.id };
    this.status = patch.status ?? this.status;
    this.labels = patch.labels ?? this.labels;
    if (patch.assignee_id !== undefined) {
      this.assignee = patch.assignee_id === null ? null : { id: patch.assignee_id, name: 'Ann' };
    }
    const visible = this.status !== before.status || this.assignee?.id !== before.assignee;
    if (!visible && patch.labels === undefined) return {};
    const seq = this.#allocate(visible ? SIDES : ['agent']);
    return this.#publish(seq, 'ChatConversationUpdated', (side) => ({
      ...this.conversation(side),
      conversation_id: this.id,
    }));
  }

  conversation(side: Side): Conversation {
    return {
      id: this.id,
      status: this.status,
      category: 'human-chats',
      assignee: this.assignee,
      visitor: this.visitor,
      ...(side === 'agent' ? { labels: this.labels } : {}),
      unread: this.#unread(side),
      visitor_read_up_to: this.#mark('visitor', side),
      agent_read_up_to: this.#mark('agent', side),
      head: this.#head[side],
      created_at: formatDateTime(this.#created_ms),
      timestamp: Math.floor(this.#created_ms / 1000),
    };
  }

  inboxEntry(): InboxEntry {
    const last = this.messages.at(-1);
    const waits = this.messages.findLast((message) => !message.private);
    return {
      ...this.conversation('agent'),
      site_id: this.siteId,
      last_message:
        last === undefined
          ? null
          : {
              id: last.id,
              sender_type: last.senderType,
              sender_name: last.senderName,
              preview: last.text.slice(0, 100),
              private: last.private,
              timestamp: Math.floor(last.created_ms / 1000),
            },
      last_activity_ms: last?.created_ms ?? this.#created_ms,
      waiting_since: waits?.senderType === 'visitor' ? Math.floor(waits.created_ms / 1000) : null,
    };
  }

  /** Null: this stream does not show it. */
  present(stored: StoredMessage, side: Side): Message | null {
    const seq = stored.seq[side];
    const changedSeq = stored.changedSeq[side];
    if (seq === undefined || changedSeq === undefined) return null;
    return {
      id: stored.id,
      conversation_id: this.id,
      client_message_id: stored.clientMessageId,
      sender_type: stored.senderType,
      sender_name: stored.senderName,
      text: stored.text,
      attachments: this.fileUrl === null ? [] : [fileAt(this.fileUrl)],
      created_at: formatDateTime(stored.created_ms),
      timestamp: Math.floor(stored.created_ms / 1000),
      seq,
      changed_seq: changedSeq,
      edited_at: stored.edited_ms === null ? null : formatDateTime(stored.edited_ms),
      deleted_at: stored.deleted_ms === null ? null : formatDateTime(stored.deleted_ms),
      private: stored.private,
    };
  }

  shown(side: Side): Message[] {
    return this.messages.flatMap((message) => this.present(message, side) ?? []);
  }

  newest(side: Side, limit = PAGE): Page<Conversation> {
    const all = this.shown(side);
    const messages = all.slice(-limit);
    return this.#page(side, messages, { has_more: all.length > messages.length });
  }

  after(side: Side, cursor: number, limit = PAGE_MAX): Page<Conversation> {
    const changed = this.shown(side)
      .filter((message) => message.changed_seq > cursor)
      .toSorted((a, b) => a.changed_seq - b.changed_seq);
    const messages = changed.slice(0, limit);
    const has_more = changed.length > messages.length;
    const last = messages.at(-1);
    const at = has_more && last !== undefined ? last.changed_seq : this.#head[side];
    return this.#page(side, messages, { has_more, cursor: at });
  }

  before(side: Side, seq: number, limit = PAGE): Page<Conversation> {
    const older = this.shown(side).filter((message) => message.seq < seq);
    const messages = older.slice(-limit);
    return this.#page(side, messages, { has_more: older.length > messages.length });
  }

  #page(
    side: Side,
    messages: Message[],
    { has_more, cursor }: { has_more: boolean; cursor?: number },
  ): Page<Conversation> {
    const head = this.#head[side];
    const conversation = side === 'agent' ? this.inboxEntry() : this.conversation(side);
    return { conversation, messages, head, cursor: cursor ?? head, has_more };
  }

  #changed(stored: StoredMessage): Published {
    const seq = this.#allocate(stored.private ? ['agent'] : SIDES);
    stored.changedSeq = seq;
    return this.#publish(seq, 'ChatMessageUpdated', (side) => {
      const { seq: message_seq, changed_seq: _, ...fields } = must(this.present(stored, side));
      return { ...fields, message_seq };
    });
  }

  #allocate(sides: readonly Side[]): Partial<Record<Side, number>> {
    const seq: Partial<Record<Side, number>> = {};
    for (const side of sides) {
      this.#head[side] += 1;
      seq[side] = this.#head[side];
    }
    return seq;
  }

  #publish(
    seq: Partial<Record<Side, number>>,
    event: string,
    data: (side: Side) => object,
  ): Published {
    const published: Partial<Record<Side, WireEvent>> = {};
    for (const side of SIDES) {
      const place = seq[side];
      if (place === undefined) continue;
      published[side] = { event, data: { conversation_id: this.id, ...data(side), seq: place } };
    }
    return published;
  }

  /** How far a reader has read, in the numbers of a stream. */
  #mark(reader: Reader, side: Side): number {
    const covered = this.messages
      .slice(0, this.#read[reader])
      .findLast((message) => isOther(message, reader) && message.seq[side] !== undefined);
    return covered?.seq[side] ?? 0;
  }

  #unread(side: Side): number {
    return this.messages
      .slice(this.#read[side])
      .filter((message) => isOther(message, side) && message.deleted_ms === null).length;
  }
}

/** Written by the other side, for this one. */
function isOther(message: StoredMessage, side: Side): boolean {
  if (side === 'agent') return message.senderType === 'visitor';
  return message.senderType !== 'visitor' && !message.private;
}

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the stream does not show this');
  return value;
}

function fileAt(url: string): Attachment {
  return { id: 1, name: 'a.pdf', url, type: 'application/pdf', size: 1, kind: 'file' };
}
