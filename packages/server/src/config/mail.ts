import type { Secret } from './secret.ts';
import type { Variables } from './variables.ts';
import type { Remark } from './remark.ts';

/** How mail leaves: over SMTP. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte. `required`: no mail without STARTTLS. */
  readonly tls: 'implicit' | 'required' | 'where-offered';
  readonly login: { readonly user: string; readonly password: Secret } | null;
  /** Absent name: that of the site. */
  readonly from: { readonly address: string; readonly name: string | undefined };
}

const SUBMISSION = 587;
const SUBMISSION_OVER_TLS = 465;

/** By the names of Laravel. Null: no mail is sent. */
export function mailFrom(given: Variables, faults: string[]): MailSettings | null {
  const { MAIL_USERNAME: user, MAIL_PASSWORD: password, MAIL_FROM_ADDRESS: address } = given;
  if (!sendsMail(given)) return null;
  if (address === undefined) faults.push('MAIL_FROM_ADDRESS is needed to send mail');
  if ((user === undefined) !== (password === undefined)) {
    faults.push('MAIL_USERNAME and MAIL_PASSWORD belong together');
  }
  const isImplicit =
    given.MAIL_SCHEME === 'smtps' ||
    given.MAIL_ENCRYPTION === 'ssl' ||
    given.MAIL_PORT === SUBMISSION_OVER_TLS;
  const isRequired = given.MAIL_ENCRYPTION === 'tls' || given.MAIL_ENCRYPTION === 'starttls';
  return {
    host: given.MAIL_HOST ?? '127.0.0.1',
    port: given.MAIL_PORT ?? (isImplicit ? SUBMISSION_OVER_TLS : SUBMISSION),
    tls: isImplicit ? 'implicit' : isRequired ? 'required' : 'where-offered',
    login: user === undefined || password === undefined ? null : { user, password },
    from: { address: address ?? '', name: given.MAIL_FROM_NAME },
  };
}

/** Laravel's `log` and `array` keep mail from leaving, and so it is here. */
function sendsMail({ MAIL_MAILER, MAIL_HOST }: Variables): boolean {
  return MAIL_MAILER === undefined ? MAIL_HOST !== undefined : MAIL_MAILER === 'smtp';
}

/** How answers to mails come back: nothing of it is needed to send. */
export interface MailReplies {
  /** Mails are answered to `LOCAL+TOKEN@DOMAIN` of it. */
  readonly address: string;
  /** Whoever hands in what arrives there signs with it. */
  readonly secret: Secret;
}

/** Null: mails are not answered. */
export function mailRepliesFrom(given: Variables, faults: string[]): MailReplies | null {
  const { MAIL_REPLY_ADDRESS: address, MAIL_INBOUND_SECRET: secret } = given;
  if ((address === undefined) !== (secret === undefined)) {
    faults.push('MAIL_REPLY_ADDRESS and MAIL_INBOUND_SECRET belong together');
  }
  return address === undefined || secret === undefined ? null : { address, secret };
}

export function remarksOnMail({ MAIL_MAILER }: Variables): Remark[] {
  return MAIL_MAILER === undefined || ['smtp', 'log', 'array'].includes(MAIL_MAILER)
    ? []
    : ['configuration.mailer'];
}
