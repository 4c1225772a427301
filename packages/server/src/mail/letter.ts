import type { AgentLocale } from '@parley/protocol';
import { escapeHtml } from '../http/escape-html.ts';
import type { Mail } from './mailer.ts';

/** A mail to an agent. All of it is text, whoever typed it: never markup. */
export interface Letter {
  readonly locale: AgentLocale;
  readonly fromName: string;
  readonly subject: string;
  readonly paragraphs: readonly (string | { readonly link: string })[];
}

export function letter({ locale, fromName, subject, paragraphs }: Letter): Omit<Mail, 'to'> {
  const texts = paragraphs.map((part) => (typeof part === 'string' ? part : part.link));
  const shown = paragraphs.map((part) => {
    if (typeof part === 'string') return escapeHtml(part);
    const link = escapeHtml(part.link);
    return `<a href="${link}">${link}</a>`;
  });
  const body = shown.map((part) => `<p>${part}</p>`).join('\n');
  return {
    fromName: oneLine(fromName),
    subject: oneLine(subject),
    text: `${texts.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="${locale}"><body>\n${body}\n</body></html>\n`,
  };
}

const LINE_CHARS = 200;

/** For names in headers and sentences: they break none. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LINE_CHARS)
    .toWellFormed();
}
