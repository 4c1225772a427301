import { SMTPServer } from 'smtp-server';
import { freePort } from '../../../../scripts/testing/free-port.ts';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/**
 * A real mail server on 127.0.0.1, which refuses for good what goes to `refused@`, and for now what goes
 * to `later@`.
 */
export interface MailServer {
  readonly port: number;
  /** The settings of a server that sends through it. */
  readonly env: Readonly<Record<string, string>>;
  /** What has arrived, oldest first; emptied by who reads it. */
  readonly inbox: ReceivedMail[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Not started yet: nothing listens on its port. */
export async function createMailServer(): Promise<MailServer> {
  const port = await freePort();
  const inbox: ReceivedMail[] = [];
  let running: SMTPServer | null = null;
  return {
    port,
    inbox,
    env: {
      MAIL_MAILER: 'smtp',
      MAIL_HOST: '127.0.0.1',
      MAIL_PORT: String(port),
      MAIL_FROM_ADDRESS: 'chat@shop.example',
    },
    start: () => {
      const started = smtpServer(inbox);
      running = started;
      return new Promise((resolve) => {
        started.listen(port, '127.0.0.1', resolve);
      });
    },
    stop: () =>
      new Promise((resolve) => {
        if (running === null) resolve();
        else running.close(resolve);
        running = null;
      }),
  };
}

function smtpServer(inbox: ReceivedMail[]): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, callback) {
      const refusal = (message: string, responseCode: number): Error =>
        Object.assign(new Error(message), { responseCode });
      if (address.startsWith('refused@')) callback(refusal('No such mailbox', 550));
      else if (address.startsWith('later@')) callback(refusal('Greylisted', 450));
      else callback(null);
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        inbox.push({ from, to: rcptTo.map((to) => to.address), raw: Buffer.concat(chunks) });
        callback();
      });
    },
  });
}
