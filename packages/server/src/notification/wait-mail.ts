import { escapeHtml } from '../http/escape-html.ts';
import type { Mail } from '../mail/mailer.ts';
import { REPLY_LINE } from '../mail/reply-text.ts';
import { excerpt, type Waiting } from './notification.ts';

/**
 * Tells an agent that a visitor still waits.
 * @param isAnswered whether an answer to the mail comes back into the conversation
 */
export function waitMail(
  waiting: Waiting,
  now_ms: number,
  { appUrl, isAnswered }: { appUrl: string | undefined; isAnswered: boolean },
): Omit<Mail, 'to'> {
  const { id, siteName, visitorId, visitorName } = waiting;
  const who = oneLine(visitorName ?? `Visitor ${visitorId}`);
  const words = excerpt(waiting.text);
  const link = appUrl === undefined ? null : `${appUrl}/admin/chatbot/${id}`;
  const lines = [
    ...(isAnswered ? [REPLY_LINE] : []),
    `${who} has waited for an answer on ${oneLine(siteName)} for ${duration(now_ms - waiting.waitingSince_ms)}:`,
    words,
    link ?? `Conversation ${id}`,
    ...(isAnswered ? ['Answer this mail, and the visitor reads it in the chat.'] : []),
    'You are told of each wait once. What you are told of is chosen in the dashboard, under Settings, Notifications.',
  ];
  const shown = lines.map((line) => escapeHtml(line));
  const at = lines.indexOf(link ?? '');
  if (link !== null) shown[at] = `<a href="${escapeHtml(link)}">${escapeHtml(link)}</a>`;
  return {
    fromName: oneLine(siteName),
    subject: `${who} is waiting for an answer`,
    text: lines.join('\n\n'),
    html: shown.map((line) => `<p>${line}</p>`).join('\n'),
  };
}

const MINUTE_MS = 60_000;

/** `1 minute`, `59 minutes`, `2 hours`: rounded, as one would say it. */
function duration(time_ms: number): string {
  const minutes = Math.max(1, Math.round(time_ms / MINUTE_MS));
  return minutes < 60 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 120);
}
