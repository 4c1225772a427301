import type { AgentLocale } from '@parley/protocol';
import { letter, oneLine } from '../mail/letter.ts';
import type { Mail } from '../mail/mailer.ts';

interface Words {
  readonly subject: (site: string) => string;
  readonly said: (by: string, site: string) => string;
  readonly rest: string;
}

const WORDS: Readonly<Record<AgentLocale, Words>> = {
  en: {
    subject: (site) => `Invitation to ${site}`,
    said: (by, site) => `${by} invites you to answer the visitors of ${site} in Parley.`,
    rest: 'The link works once, for seven days. If you expected no invitation, ignore it.',
  },
  de: {
    subject: (site) => `Einladung zu ${site}`,
    said: (by, site) => `${by} lädt Sie ein, in Parley den Besuchern von ${site} zu antworten.`,
    rest: 'Der Link gilt einmal, sieben Tage lang. Wenn Sie keine Einladung erwartet haben, beachten Sie ihn nicht.',
  },
};

/** The mail to somebody who is invited. */
export function invitationMail(of: {
  readonly site: string;
  readonly invitedBy: string;
  readonly link: string;
  readonly locale: AgentLocale;
}): Omit<Mail, 'to'> {
  const { invitedBy, link, locale } = of;
  const words = WORDS[locale];
  const site = oneLine(of.site);
  return letter({
    locale,
    fromName: site,
    subject: words.subject(site),
    paragraphs: [words.said(oneLine(invitedBy), site), { link }, words.rest],
  });
}
