import type { Conversation, Message } from '@parley/protocol';
import { type LoadedLog } from './conversation-log.ts';
import { isOwn, otherMark, type Side } from './side.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import { acknowledgedRow, outboxRow } from './row.ts';
import type { LogMessage, MessageState } from './view.ts';

/** Rows that have been shown, so that an unchanged message keeps its row's identity. */
export type RowCache = Map<number, { readonly message: Message; readonly row: LogMessage }>;

/** Names the row of an acknowledged message; stays what it was while the message was under way. */
export type KeyOf = (message: Message) => string;

/**
 * The log as it is shown: acknowledged messages by seq, then what is under way, in the order in
 * which it was written (SYNC-10). A failed one stays where it was when it failed.
 */
export function logRows(
  log: LoadedLog<Conversation>,
  outbox: readonly OutboxEntry[],
  side: Side,
  keyOf: KeyOf,
  cache: RowCache,
): readonly LogMessage[] {
  const rows = log.messages.map((message) => cachedRow(message, log, side, keyOf, cache));
  const shown = new Set(log.messages.map((message) => message.client_message_id));
  const underWay: LogMessage[] = [];
  for (const entry of outbox) {
    if (shown.has(entry.clientMessageId)) continue;
    const row = outboxRow(entry, side);
    if (entry.state.kind !== 'failed') underWay.push(row);
    else if (followsUnderWay(entry.state.afterSeq, underWay)) underWay.push(row);
    else insertAfter(rows, entry.state.afterSeq, row);
  }
  return [...rows, ...underWay];
}

/** Whether a row before it is acknowledged, but not yet in the log. */
function followsUnderWay(afterSeq: number, underWay: readonly LogMessage[]): boolean {
  return underWay.some((row) => row.seq !== null && row.seq <= afterSeq);
}

function insertAfter(rows: LogMessage[], seq: number, row: LogMessage): void {
  const next = rows.findIndex((other) => other.seq !== null && other.seq > seq);
  if (next === -1) rows.push(row);
  else rows.splice(next, 0, row);
}

function cachedRow(
  message: Message,
  log: LoadedLog<Conversation>,
  side: Side,
  keyOf: KeyOf,
  cache: RowCache,
): LogMessage {
  const state = acknowledgedState(message, otherMark(log.conversation, side), side);
  const known = cache.get(message.id);
  if (known?.message === message && known.row.state === state) return known.row;
  const row = acknowledgedRow(message, keyOf(message), state, side);
  cache.set(message.id, { message, row });
  return row;
}

function acknowledgedState(message: Message, mark: number, side: Side): MessageState {
  // Nobody of the other side can read a note.
  const read = isOwn(message.sender_type, side) && !message.private && message.seq <= mark;
  return read ? 'read' : 'sent';
}
