import { escapeHtml } from '../http/escape-html.ts';
import type { Mail } from '../mail/mailer.ts';
import { excerpt, type Waiting } from './notification.ts';

/** Tells an agent that a visitor still waits. */
export function waitMail(
  waiting: Waiting,
  minutes: number,
  appUrl: string | undefined,
): Omit<Mail, 'to'> {
  const { id, siteName, visitorId, visitorName } = waiting;
  const who = oneLine(visitorName ?? `Visitor ${visitorId}`);
  const words = excerpt(waiting.text);
  const since = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const link = appUrl === undefined ? null : `${appUrl}/admin/chatbot/${id}`;
  const lines = [
    `${who} has waited for an answer on ${oneLine(siteName)} for ${since}:`,
    words,
    link ?? `Conversation ${id}`,
    'You are told of each wait once. What you are told of is chosen in the dashboard, under Settings, Notifications.',
  ];
  const shown = lines.map((line) => escapeHtml(line));
  if (link !== null) shown[2] = `<a href="${escapeHtml(link)}">${escapeHtml(link)}</a>`;
  return {
    fromName: oneLine(siteName),
    subject: `${who} is waiting for an answer`,
    text: lines.join('\n\n'),
    html: shown.map((line) => `<p>${line}</p>`).join('\n'),
  };
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 120);
}
