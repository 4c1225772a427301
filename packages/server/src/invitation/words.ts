import { escapeHtml } from '../http/escape-html.ts';

/** The mail to somebody who is invited. Names are theirs who typed them: text, never markup. */
export function invitationMail(of: { site: string; invitedBy: string; link: string }): {
  subject: string;
  text: string;
  html: string;
} {
  const { site, invitedBy, link } = of;
  const said = `${invitedBy} invites you to answer the visitors of ${site} in Parley.`;
  const rest = 'The link works once, for seven days. If you expected no invitation, ignore it.';
  return {
    subject: `Invitation to ${site}`.replaceAll(/[\r\n]+/g, ' '),
    text: `${said}\n\n${link}\n\n${rest}\n`,
    html: `<p>${escapeHtml(said)}</p><p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p><p>${escapeHtml(rest)}</p>`,
  };
}
