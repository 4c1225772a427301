import type { LogMessage } from '@parley/client';
import { dayKey } from '../i18n/time.ts';

/** Messages of one sender in a row, shown under one name and one time. */
export interface MessageGroup {
  readonly key: string;
  readonly messages: readonly [LogMessage, ...LogMessage[]];
}

/** The messages of one calendar day (local time). */
export interface Day {
  readonly key: string;
  /** Unix milliseconds, of its first message. */
  readonly time_ms: number;
  readonly groups: readonly MessageGroup[];
}

/** A silence after which the same sender is named again. */
const PAUSE_MS = 5 * 60_000;

/** The log as it is drawn. Every message stands in it once, in its order. */
export function groupByDay(
  messages: readonly LogMessage[],
  /** The key of the message before which the line "New" stands: it opens a group. */
  firstUnread: string | null,
): readonly Day[] {
  const days: { key: string; time_ms: number; groups: MessageGroup[] }[] = [];
  let before: LogMessage | null = null;
  for (const message of messages) {
    const day = dayKey(message.created_at_ms);
    let current = days.at(-1);
    if (current === undefined || current.key !== day) {
      // The same day may come again: clocks differ, and the order is the stream's, not the time's.
      current = { key: day, time_ms: message.created_at_ms, groups: [] };
      days.push(current);
      before = null;
    }
    const group = current.groups.at(-1);
    if (
      group !== undefined &&
      before !== null &&
      message.key !== firstUnread &&
      continues(before, message)
    ) {
      current.groups[current.groups.length - 1] = {
        key: group.key,
        messages: [...group.messages, message],
      };
    } else {
      current.groups.push({ key: message.key, messages: [message] });
    }
    before = message;
  }
  return days;
}

function continues(before: LogMessage, message: LogMessage): boolean {
  return (
    before.sender_type === message.sender_type &&
    before.sender_name === message.sender_name &&
    before.private === message.private &&
    message.sender_type !== 'system' &&
    Math.abs(message.created_at_ms - before.created_at_ms) < PAUSE_MS
  );
}

/**
 * Where the line "New" stands: before the first message of the visitor that no agent had read when
 * the conversation was opened. Null where all is new, and once somebody has answered below it: then
 * the line would tell nothing.
 */
export function newLineKey(messages: readonly LogMessage[], agentReadUpTo: number): string | null {
  const index = messages.findIndex(
    (message) =>
      message.sender_type === 'visitor' && message.seq !== null && message.seq > agentReadUpTo,
  );
  if (index <= 0) return null;
  const answered = messages.slice(index).some((message) => message.mine && !message.private);
  return answered ? null : (messages[index]?.key ?? null);
}
