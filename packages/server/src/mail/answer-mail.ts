import type { Message } from '@parley/protocol';
import { escapeHtml } from '../http/escape-html.ts';
import { answerWordsOf } from './answer-words.ts';
import { oneLine } from './letter.ts';
import type { Mail } from './mailer.ts';
import { REPLY_LINES } from './reply-text.ts';
import { directionOf, knownLocale } from './transcript.ts';
import { wordsOf } from './words.ts';

export interface AnswerMail {
  readonly siteName: string;
  /** BCP 47; one that is none counts as English. */
  readonly locale: string;
  /** Answers that the visitor has not seen, oldest first. */
  readonly answers: readonly Message[];
  /** Where the conversation goes on; null: no page that is known to be the site's. */
  readonly page: string | null;
  /** Where one says that one wants no more of these. */
  readonly stop: string;
  /** Whether an answer to the mail comes back into the conversation. */
  readonly isAnswered: boolean;
}

/** What a visitor who left was answered. All that people wrote is text, in both forms. Pure. */
export function answerMail(mail: AnswerMail): Omit<Mail, 'to'> {
  const locale = knownLocale(mail.locale);
  const words = answerWordsOf(locale);
  const say = wordsOf(locale);
  const site = oneLine(mail.siteName);
  const head = mail.isAnswered ? [REPLY_LINES[/^de\b/.test(locale) ? 'de' : 'en']] : [];
  const intro = fill(words.intro, site);
  const said = mail.answers.map(({ sender_name, text, attachments }) => ({
    who: oneLine(sender_name ?? say('team')),
    lines: [
      ...(text === '' ? [] : [text]),
      ...attachments.map(({ name }) => say('file', { name: oneLine(name) })),
    ],
  }));
  const next = mail.isAnswered ? [words.reply] : [];
  const foot = [say('why', { site }), fill(words.stop, site)] as const;
  const links = mail.page === null ? [] : [`${words.page} ${mail.page}`];
  const blocks = said.map(({ who, lines }) => `${who}:\n${lines.join('\n')}`);
  const dir = directionOf(locale);
  return {
    fromName: site,
    subject: fill(words.subject, site),
    text: [
      ...head,
      intro,
      ...blocks,
      ...next,
      ...links,
      `-- \n${foot[0]}\n${foot[1]} ${mail.stop}`,
    ].join('\n\n'),
    html: `<!doctype html>
<html lang="${escapeHtml(locale)}" dir="${dir}"><body style="font:15px/1.5 system-ui,sans-serif">
<div dir="${dir}">
${[...head, intro].map(paragraph).join('\n')}
${said.map(({ who, lines }) => `<blockquote dir="auto"><b>${escapeHtml(who)}</b><br>${lines.map(shown).join('<br>')}</blockquote>`).join('\n')}
${next.map(paragraph).join('\n')}
${mail.page === null ? '' : `<p>${link(words.page, mail.page)}</p>`}
<p style="font-size:13px;color:#5b616e">${escapeHtml(foot[0])} ${link(foot[1], mail.stop)}</p>
</div></body></html>
`,
    stop: mail.stop,
  };
}

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

const shown = (text: string): string =>
  `<span style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(text)}</span>`;

const link = (text: string, to: string): string =>
  `<a href="${escapeHtml(to)}">${escapeHtml(text)}</a>`;

/** A replacement as it is, whatever stands in it. */
const fill = (text: string, site: string): string => text.replaceAll('{site}', () => site);

/**
 * The page where the visitor wrote last, where it is the site's own: its address came from a browser,
 * and a mail in the name of the site must lead nowhere else.
 */
export function pageOf(url: string | undefined, origins: readonly string[]): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const page = new URL(url);
  return origins.includes(page.origin) ? page.href : null;
}
