import type { LogMessage } from '@parley/client';

/** Messages of one sender that follow each other closely. */
export interface Group {
  readonly kind: 'group';
  readonly key: string;
  readonly sender: 'me' | 'them' | 'system';
  readonly name: string | null;
  readonly messages: readonly LogMessage[];
}

export type LogItem =
  | { readonly kind: 'day'; readonly key: string; readonly at_ms: number }
  | Group;

/** A pause after which a new group begins, with a time of its own. */
export const GROUP_PAUSE_MS = 5 * 60_000;

function senderOf(message: LogMessage): Group['sender'] {
  if (message.mine) return 'me';
  return message.sender_type === 'system' ? 'system' : 'them';
}

/**
 * The log as it is drawn: a line for each day, then groups by sender.
 * @param messages oldest first
 * @param dayOf names the day of a moment in the reader's time zone
 */
export function groupMessages(
  messages: readonly LogMessage[],
  dayOf: (at_ms: number) => string,
): readonly LogItem[] {
  const items: LogItem[] = [];
  let open: LogMessage[] = [];
  let day: string | null = null;
  let previous: LogMessage | null = null;
  for (const message of messages) {
    const today = dayOf(message.created_at_ms);
    const newDay = today !== day;
    if (newDay) {
      items.push({ kind: 'day', key: `day ${today} ${message.key}`, at_ms: message.created_at_ms });
      day = today;
    }
    const joins =
      previous !== null &&
      !newDay &&
      senderOf(previous) === senderOf(message) &&
      previous.sender_name === message.sender_name &&
      message.created_at_ms - previous.created_at_ms < GROUP_PAUSE_MS;
    if (joins) open.push(message);
    else {
      open = [message];
      items.push({
        kind: 'group',
        key: message.key,
        sender: senderOf(message),
        name: message.sender_name,
        messages: open,
      });
    }
    previous = message;
  }
  return items;
}

/** Whether a message tells its time and state: where the next one of the group does not say the same. */
export function tellsState(group: Group, index: number): boolean {
  const message = group.messages[index];
  const next = group.messages[index + 1];
  if (message === undefined || next === undefined) return true;
  return message.state === 'failed' || (group.sender === 'me' && message.state !== next.state);
}
