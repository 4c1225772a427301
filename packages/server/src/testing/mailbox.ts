import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Environment } from '../config/environment.ts';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A real mail server that keeps what it is given. */
export interface Mailbox {
  mails(): Promise<readonly ReceivedMail[]>;
  /** With which the server under test sends here. */
  readonly env: Environment;
  stop(): Promise<void>;
}

export async function startMailbox(): Promise<Mailbox> {
  const received: { to: readonly string[]; raw: Buffer }[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ to, raw: Buffer.concat(chunks) });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => {
    smtp.listen(0, '127.0.0.1', resolve);
  });
  const { port } = smtp.server.address() as AddressInfo;
  return {
    mails: () =>
      Promise.all(
        received.map(async ({ to, raw }) => {
          const { subject = '', text = '', html = '' } = await PostalMime.parse(raw);
          return { to, subject, text, html };
        }),
      ),
    env: {
      MAIL_HOST: '127.0.0.1',
      MAIL_PORT: String(port),
      MAIL_FROM_ADDRESS: 'chat@shop.example',
    },
    stop: () =>
      new Promise((resolve) => {
        smtp.close(resolve);
      }),
  };
}
