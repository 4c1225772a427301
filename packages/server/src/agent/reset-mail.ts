import { escapeHtml } from '../http/escape-html.ts';
import type { Mail } from '../mail/mailer.ts';
import { RESET_LIFETIME_S } from './reset-token.ts';

/** The mail to an agent who forgot the password. */
export function resetMail(of: { link: string }): Pick<Mail, 'subject' | 'text' | 'html'> {
  const { link } = of;
  const said = 'Somebody, you we hope, asked for a new password for your account in Parley.';
  const minutes = RESET_LIFETIME_S / 60;
  const rest = `The link works once, for ${minutes} minutes. If it was not you, ignore this mail: nothing has changed.`;
  return {
    subject: 'A new password for Parley',
    text: `${said}\n\n${link}\n\n${rest}\n`,
    html: `<p>${escapeHtml(said)}</p><p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p><p>${escapeHtml(rest)}</p>`,
  };
}
