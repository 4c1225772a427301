import type { LogMessage } from '@parley/client';
import { dayKey } from '../i18n/time.ts';

/**
 * One thing in the log. All lie in one flat list with keys of their own, so that older history, put
 * before them, moves none to another parent: nothing is drawn anew, no selection is lost.
 */
export type LogItem =
  | { readonly kind: 'day'; readonly key: string; readonly time_ms: number }
  | { readonly kind: 'new-line'; readonly key: string }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: LogMessage;
      /** Messages of one sender in a row are a group: its first bears name and time. */
      readonly first: boolean;
      /** The last of a group bears what became of it. */
      readonly last: boolean;
    };

/** A silence after which the same sender is named again. */
const PAUSE_MS = 5 * 60_000;

/** The log as it is drawn. Every message stands in it once, in its order. */
export function layOut(
  messages: readonly LogMessage[],
  /** The key of the message before which the line "New" stands. */
  newLine: string | null,
): readonly LogItem[] {
  return messages.flatMap((message, index): readonly LogItem[] => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const { key, created_at_ms: time_ms } = message;
    // The same day may come again: clocks differ, and the order is the stream's, not the time's.
    const newDay = before === undefined || dayKey(before.created_at_ms) !== dayKey(time_ms);
    return [
      ...(newDay ? [{ kind: 'day', key: `day ${key}`, time_ms } as const] : []),
      ...(key === newLine ? [{ kind: 'new-line', key: 'new' } as const] : []),
      {
        kind: 'message',
        key,
        message,
        first: before === undefined || !continues(before, message, newLine),
        last: after === undefined || !continues(message, after, newLine),
      },
    ];
  });
}

function continues(before: LogMessage, message: LogMessage, newLine: string | null): boolean {
  return (
    message.key !== newLine &&
    before.sender_type === message.sender_type &&
    before.sender_name === message.sender_name &&
    before.private === message.private &&
    message.sender_type !== 'system' &&
    dayKey(before.created_at_ms) === dayKey(message.created_at_ms) &&
    Math.abs(message.created_at_ms - before.created_at_ms) < PAUSE_MS
  );
}

/**
 * Where the line "New" stands: before the first message of the visitor that no agent had read when
 * the conversation was opened. Null where all is new, and once somebody has answered below it: then
 * the line would tell nothing.
 */
export function newLineKey(messages: readonly LogMessage[], agentReadUpTo: number): string | null {
  const index = messages.findIndex((message) => isUnread(message, agentReadUpTo));
  if (index <= 0) return null;
  const answered = messages.slice(index).some((message) => message.mine && !message.private);
  return answered ? null : (messages[index]?.key ?? null);
}

/** Whether a message is the visitor's and no agent has read it. */
export function isUnread(message: LogMessage, agentReadUpTo: number): boolean {
  return message.sender_type === 'visitor' && message.seq !== null && message.seq > agentReadUpTo;
}
