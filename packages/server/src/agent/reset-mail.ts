import type { AgentLocale } from '@parley/protocol';
import { letter } from '../mail/letter.ts';
import type { Mail } from '../mail/mailer.ts';
import { RESET_LIFETIME_S } from './reset-token.ts';

interface Words {
  readonly subject: string;
  readonly said: string;
  readonly rest: (minutes: number) => string;
}

const WORDS: Readonly<Record<AgentLocale, Words>> = {
  en: {
    subject: 'A new password for Parley',
    said: 'Somebody, you we hope, asked for a new password for your account in Parley.',
    rest: (minutes) =>
      `The link works once, for ${minutes} minutes. If it was not you, ignore this mail: nothing has changed.`,
  },
  de: {
    subject: 'Ein neues Passwort für Parley',
    said: 'Jemand, hoffentlich Sie selbst, hat ein neues Passwort für Ihr Konto in Parley angefordert.',
    rest: (minutes) =>
      `Der Link gilt einmal, ${minutes} Minuten lang. Wenn Sie das nicht waren, beachten Sie diese E-Mail nicht: Es hat sich nichts geändert.`,
  },
};

/** The mail to an agent who forgot the password. */
export function resetMail({
  link,
  locale,
}: {
  link: string;
  locale: AgentLocale;
}): Omit<Mail, 'to'> {
  const { subject, said, rest } = WORDS[locale];
  return letter({
    locale,
    fromName: 'Parley',
    subject,
    paragraphs: [said, { link }, rest(RESET_LIFETIME_S / 60)],
  });
}
