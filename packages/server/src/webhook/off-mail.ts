import type { AgentLocale } from '@parley/protocol';
import { letter } from '../mail/letter.ts';
import type { Mail } from '../mail/mailer.ts';
import type { WebhookOffJob } from './delivery.commands.ts';

interface Words {
  readonly subject: string;
  readonly why: Readonly<Record<WebhookOffJob['off'], string>>;
  readonly off: (url: string, why: string) => string;
  readonly next: (place: string | undefined) => string;
}

const WORDS: Readonly<Record<AgentLocale, Words>> = {
  en: {
    subject: 'A webhook was switched off',
    why: {
      failing: 'nothing that was sent to it was taken for three days',
      gone: 'it answered 410 Gone, which means that it wants no more',
    },
    off: (url, why) => `The webhook ${url} was switched off: ${why}.`,
    next: (place = 'the dashboard') =>
      `What happened since is not sent to it. When it takes deliveries again, switch it on in ${place}; there you also find what failed, and can send it again.`,
  },
  de: {
    subject: 'Ein Webhook wurde ausgeschaltet',
    why: {
      failing: 'drei Tage lang wurde nichts angenommen, was an ihn gesendet wurde',
      gone: 'er hat 410 Gone geantwortet, will also nichts mehr',
    },
    off: (url, why) => `Der Webhook ${url} wurde ausgeschaltet: ${why}.`,
    next: (place = 'in Parley') =>
      `Was seitdem geschieht, wird nicht an ihn gesendet. Nimmt er wieder an, schalten Sie ihn hier ein: ${place}. Dort finden Sie auch, was fehlschlug, und können es noch einmal senden.`,
  },
};

/** Tells who manages a site that one of its webhooks was switched off. */
export function offMail(
  { url, off }: Pick<WebhookOffJob, 'url' | 'off'>,
  of: { appUrl: string | undefined; locale: AgentLocale },
): Omit<Mail, 'to'> {
  const { appUrl, locale } = of;
  const words = WORDS[locale];
  const place = appUrl === undefined ? undefined : `${appUrl}/admin/settings/webhooks`;
  return letter({
    locale,
    fromName: 'Parley',
    subject: words.subject,
    paragraphs: [words.off(url, words.why[off]), words.next(place)],
  });
}
