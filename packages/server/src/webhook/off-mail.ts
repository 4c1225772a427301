import { escapeHtml } from '../http/escape-html.ts';
import type { Mail } from '../mail/mailer.ts';
import type { WebhookOffJob } from './delivery.commands.ts';

const WHY = {
  failing: 'nothing that was sent to it was taken for three days',
  gone: 'it answered 410 Gone, which means that it wants no more',
} as const;

/** Tells who manages a site that one of its webhooks was switched off. */
export function offMail({ url, off }: WebhookOffJob, appUrl: string | undefined): Omit<Mail, 'to'> {
  const place = appUrl === undefined ? 'the dashboard' : `${appUrl}/admin/settings/webhooks`;
  const lines = [
    `The webhook ${url} was switched off: ${WHY[off]}.`,
    `What happened since is not sent to it. When it takes deliveries again, switch it on in ${place}; there you also find what failed, and can send it again.`,
  ];
  return {
    fromName: 'Parley',
    subject: 'A webhook was switched off',
    text: lines.join('\n\n'),
    html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n'),
  };
}
