import { createRequire } from 'node:module';
import type * as Nodemailer from 'nodemailer';
import { outside } from '../current-trace.ts';
import type { MailSettings } from '../config/mail.ts';

const require = createRequire(import.meta.url);

export interface Mail {
  readonly to: string;
  /** Whose name it carries, where none is configured. */
  readonly fromName: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where it is answered to; absent: to whom it is from. */
  readonly replyTo?: string;
  /** Where whoever gets it says that it wants no more of the kind, by one POST (RFC 8058). */
  readonly stop?: string;
}

/** `refused`: for good, this mail at least. `unavailable`: nothing can be sent now. */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly kind: 'refused' | 'unavailable' | 'failed';

  constructor(kind: MailError['kind'], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.kind = kind;
  }
}

export interface Mailer {
  /** Resolves when the next server has taken it. Rejects with {@link MailError}. */
  send(mail: Mail): Promise<void>;
}

const TIMEOUT_MS = 20_000;

/** Connects and signs in, and sends nothing. Rejects with what went wrong. */
export async function probeMail(settings: MailSettings): Promise<void> {
  const transport = transportOf(settings);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

function transportOf({ host, port, tls, login }: MailSettings) {
  // Only a server that sends mail pays for the library.
  const { createTransport } = require('nodemailer') as typeof Nodemailer;
  return createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ...(login !== null && { auth: { user: login.user, pass: login.password.reveal() } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // What a mail is made of comes from memory alone.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

export function createMailer(settings: MailSettings): Mailer {
  const { from } = settings;
  const transport = transportOf(settings);
  return {
    async send({ to, fromName, subject, text, html, replyTo, stop }) {
      try {
        const mail = {
          from: { name: from.name ?? fromName, address: from.address },
          // As an object: never read as a list of addresses.
          to: { name: '', address: to },
          ...(replyTo !== undefined && { replyTo: { name: fromName, address: replyTo } }),
          subject,
          text,
          html,
          headers: {
            'Auto-Submitted': 'auto-generated',
            ...(stop !== undefined && {
              'List-Unsubscribe': `<${stop}>`,
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            }),
          },
        };
        await outside('send mail', () => transport.sendMail(mail));
      } catch (error) {
        throw new MailError(kindOf(error), error);
      }
    },
  };
}

/** By what the other side said: a number of three digits, or nothing at all. */
function kindOf(error: unknown): MailError['kind'] {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  // Who cannot sign in can send nothing, until somebody mends it.
  if (code === 'EAUTH') return 'unavailable';
  if (responseCode === undefined) return code === 'EENVELOPE' ? 'refused' : 'unavailable';
  return responseCode >= 500 ? 'refused' : 'failed';
}
