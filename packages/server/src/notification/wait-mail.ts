import type { AgentLocale } from '@parley/protocol';
import { letter, oneLine } from '../mail/letter.ts';
import type { Mail } from '../mail/mailer.ts';
import { REPLY_LINES } from '../mail/reply-text.ts';
import { excerpt, type Waiting } from './notification.ts';

interface Words {
  readonly visitor: (id: number) => string;
  readonly subject: (who: string) => string;
  readonly waits: (who: string, site: string, time: string) => string;
  readonly minutes: (count: number) => string;
  readonly hours: (count: number) => string;
  readonly conversation: (id: number) => string;
  readonly answer: string;
  readonly why: string;
}

const WORDS: Readonly<Record<AgentLocale, Words>> = {
  en: {
    visitor: (id) => `Visitor ${id}`,
    subject: (who) => `${who} is waiting for an answer`,
    waits: (who, site, time) => `${who} has waited for an answer on ${site} for ${time}:`,
    minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
    hours: (count) => (count === 1 ? '1 hour' : `${count} hours`),
    conversation: (id) => `Conversation ${id}`,
    answer: 'Answer this mail, and the visitor reads it in the chat.',
    why: 'You are told of each wait once. What you are told of is chosen in the dashboard, under Settings, Notifications.',
  },
  de: {
    visitor: (id) => `Besucher ${id}`,
    subject: (who) => `${who} wartet auf eine Antwort`,
    waits: (who, site, time) => `${who} wartet auf ${site} seit ${time} auf eine Antwort:`,
    minutes: (count) => (count === 1 ? '1 Minute' : `${count} Minuten`),
    hours: (count) => (count === 1 ? '1 Stunde' : `${count} Stunden`),
    conversation: (id) => `Gespräch ${id}`,
    answer: 'Antworten Sie auf diese E-Mail, und der Besucher liest es im Chat.',
    why: 'Sie erfahren von jedem Warten einmal. Was Sie erfahren, wählen Sie unter Einstellungen, Benachrichtigungen.',
  },
};

/**
 * Tells an agent that a visitor still waits.
 * @param isAnswered whether an answer to the mail comes back into the conversation
 */
export function waitMail(
  waiting: Waiting,
  now_ms: number,
  of: { appUrl: string | undefined; isAnswered: boolean; locale: AgentLocale },
): Omit<Mail, 'to'> {
  const { id, siteName, visitorId, visitorName } = waiting;
  const { appUrl, isAnswered, locale } = of;
  const words = WORDS[locale];
  const who = oneLine(visitorName ?? words.visitor(visitorId));
  const site = oneLine(siteName);
  const time = duration(words, now_ms - waiting.waitingSince_ms);
  const link = appUrl === undefined ? null : { link: `${appUrl}/admin/chatbot/${id}` };
  return letter({
    locale,
    fromName: site,
    subject: words.subject(who),
    paragraphs: [
      ...(isAnswered ? [REPLY_LINES[locale]] : []),
      words.waits(who, site, time),
      excerpt(waiting.text),
      link ?? words.conversation(id),
      ...(isAnswered ? [words.answer] : []),
      words.why,
    ],
  });
}

const MINUTE_MS = 60_000;

/** `1 minute`, `59 minutes`, `2 hours`: rounded, as one would say it. */
function duration({ minutes, hours }: Words, time_ms: number): string {
  const count = Math.max(1, Math.round(time_ms / MINUTE_MS));
  return count < 60 ? minutes(count) : hours(Math.round(count / 60));
}
