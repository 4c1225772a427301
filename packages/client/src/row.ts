import type { Message } from '@parley/protocol';
import type { OutboxEntry } from './outbox-entry.ts';
import { isOwn, type Side } from './side.ts';
import type { LogMessage, MessageState } from './view.ts';

/** Rows of what is under way while there is no log to show them in. */
export function pendingRows(outbox: readonly OutboxEntry[], side: Side): readonly LogMessage[] {
  return outbox.map((entry) => outboxRow(entry, side));
}

/** A message that the server has. @param key names its row */
export function acknowledgedRow(
  message: Message,
  key: string,
  state: MessageState,
  side: Side,
): LogMessage {
  return {
    key,
    id: message.id,
    seq: message.seq,
    state,
    mine: isOwn(message.sender_type, side),
    sender_type: message.sender_type,
    sender_name: message.sender_name,
    text: message.text,
    attachments: message.attachments,
    created_at_ms: message.timestamp * 1000,
    edited: message.edited_at !== null,
    deleted: message.deleted_at !== null,
    private: message.private,
    client_message_id: message.client_message_id,
    error: null,
    enclosure: null,
    progress: null,
  };
}

/** A message of which the server has not said yet that it has it, or which it refused. */
export function outboxRow(entry: OutboxEntry, side: Side): LogMessage {
  const { state } = entry;
  const base: LogMessage = {
    key: entry.clientMessageId,
    id: null,
    seq: null,
    state: 'sending',
    mine: true,
    sender_type: side,
    sender_name: null,
    text: entry.text,
    attachments: [],
    created_at_ms: entry.written_ms,
    edited: false,
    deleted: false,
    private: entry.private,
    client_message_id: entry.clientMessageId,
    error: null,
    enclosure: entry.enclosure ?? null,
    progress: null,
  };
  switch (state.kind) {
    case 'waiting':
      return base;
    case 'sending':
      return state.progress === undefined ? base : { ...base, progress: state.progress };
    case 'acknowledged':
      return acknowledgedRow(state.message, entry.clientMessageId, 'sent', side);
    case 'failed':
      return { ...base, state: 'failed', error: state.error };
  }
}
