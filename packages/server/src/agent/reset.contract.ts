import { MessageAnswer } from '@parley/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { call, caller, codeOfAnswer, newVisitor, signIn } from '../testing/http-client.ts';
import { type Mailbox, startMailbox } from '../testing/mailbox.ts';
import { type RunningServer, startServer } from '../testing/running-server.ts';

const PATH = '/admin/password-reset';
const OLD_KEY = 'the key of the installation until today';
const NEW_KEY = 'the key of the installation from now on';

/** A new password by mail: SEC-4. */
export function resetContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let mailbox: Mailbox;
  let ahead_ms = 0;

  beforeAll(async () => {
    databases = await make();
    mailbox = await startMailbox();
    server = await start(OLD_KEY);
  });
  afterAll(async () => {
    await server.stop();
    await mailbox.stop();
    await databases.discard();
  });

  function start(key: string, previous = ''): Promise<RunningServer> {
    return startServer(databases, {
      env: {
        ...mailbox.env,
        APP_URL: 'https://chat.shop.example',
        APP_KEY: key,
        APP_PREVIOUS_KEYS: previous,
        RATE_LIMITS: 'on',
        LIMIT_SIGN_IN_FAILURES: '1000',
      },
      clock: { now_ms: () => Date.now() + ahead_ms },
    });
  }
  const nobody = () => caller(server.url, { host: 'evil.example' });
  const ask = (email: string) => nobody().call('POST', PATH, { email });
  const redeem = (token: string, password: string) =>
    nobody().call('POST', `${PATH}/confirm`, { token, password });
  const newAgent = () => server.newAgent([{ siteId: 1 }]);

  /** Asks for a link, and takes its token out of the mail. */
  async function mailedToken(email: string): Promise<string> {
    const mailsTo = async () => (await mailbox.mails()).filter(({ to }) => to.includes(email));
    const before = (await mailsTo()).length;
    expect((await ask(email)).status).toBe(200);
    await expect.poll(mailsTo, { timeout: 15_000 }).toHaveLength(before + 1);
    const text = (await mailsTo()).at(-1)?.text ?? '';
    // Of what the request said of the host nothing goes into the link.
    const link = /^https:\/\/chat\.shop\.example\/admin\/password-reset#(\S+)$/m.exec(text);
    expect(link, text).not.toBeNull();
    return link?.[1] ?? '';
  }

  test('[SEC-4] a link by mail sets a new password once, and ends every session', async () => {
    const { email, password } = await newAgent();
    const session = await signIn(server.url, { email, password });
    const token = await mailedToken(email);
    expect(codeOfAnswer(await redeem(token, 'short'))).toBe('invalid_request');
    expect((await session.call('GET', '/admin/me')).status).toBe(200);

    const [one, other] = await Promise.all([
      redeem(token, 'the first new password'),
      redeem(token, 'the other new password'),
    ]);
    expect(new Set([one.status, other.status])).toEqual(new Set([200, 410]));
    const chosen = one.status === 200 ? 'the first new password' : 'the other new password';
    expect((await session.call('GET', '/admin/me')).status).toBe(401);
    await expect(signIn(server.url, { email, password })).rejects.toThrow('401');
    const again = await signIn(server.url, { email, password: chosen });
    expect(codeOfAnswer(await redeem(token, 'and once more of it'))).toBe('reset_over');
    expect((await again.call('GET', '/admin/me')).status).toBe(200);
  });

  test('[SEC-4] an unknown address is answered the same, and gets no mail', async () => {
    const { email } = await newAgent();
    const before = (await mailbox.mails()).length;
    const unknown = await ask('nobody@people.example');
    const known = await ask(email);
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    // The one who exists was asked for later, so the other one's turn is over.
    const since = async () => (await mailbox.mails()).slice(before).map(({ to }) => to);
    await expect.poll(since, { timeout: 15_000 }).toEqual([[email]]);
    expect(server.log.join('')).not.toContain('password-reset#');
  });

  test('[SEC-4] a link is over after half an hour, with the password, and for who is disabled', async () => {
    const { id, email, password } = await newAgent();
    const late = await mailedToken(email);
    ahead_ms += 30 * 60_000;
    expect(codeOfAnswer(await redeem(late, 'a new long password'))).toBe('reset_over');

    const [first, second] = [await mailedToken(email), await mailedToken(email)];
    expect((await redeem(second, 'a new long password')).status).toBe(200);
    expect(codeOfAnswer(await redeem(first, 'a new long password'))).toBe('reset_over');

    // Of another agent, of another time, and made up.
    const other = await newAgent();
    const token = await mailedToken(other.email);
    const [, expires = '', signature = ''] = token.split('.');
    for (const forged of [
      `${id}.${expires}.${signature}`,
      `${other.id}.${Number(expires) + 60}.${signature}`,
      `${other.id}.${expires}.${'A'.repeat(43)}`,
      `${token}\n`,
      'none',
    ]) {
      expect(codeOfAnswer(await redeem(forged, 'a new long password')), forged).toBe('reset_over');
    }
    expect((await signIn(server.url, { ...other, password })).id).toBe(other.id);
  });

  test('[SEC-4] too many links for one account: 429, known or not', async () => {
    const { email } = await newAgent();
    for (const address of [email, 'unknown@people.example']) {
      for (let n = 0; n < 3; n += 1) expect((await ask(address)).status).toBe(200);
      const refused = await ask(address.toUpperCase());
      expect([refused.status, codeOfAnswer(refused)]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60);
    }
  });

  test('[SEC-4] a foreign page can ask for no link', async () => {
    const answer = await call(`${server.url}${PATH}`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: { email: 'nobody@people.example' },
    });
    expect(codeOfAnswer(answer)).toBe('origin_not_allowed');
  });

  test('[SEC-6] a new APP_KEY: what was signed with the former one is good while that one is named', async () => {
    ahead_ms += 60 * 60_000;
    const { email } = await newAgent();
    const token = await mailedToken(email);
    const visitor = await newVisitor(server.url);
    const sent = await postForm(visitor, '/api/chatbot/file', {
      files: [['files', 'a.txt', 'hello']],
    });
    const { url = '' } = z.parse(MessageAnswer, sent.json).message.attachments[0] ?? {};
    await server.stop();
    server = await start(NEW_KEY);
    expect((await nobody().call('GET', url)).status).toBe(403);
    expect(codeOfAnswer(await redeem(token, 'a new long password'))).toBe('reset_over');
    await server.stop();
    server = await start(NEW_KEY, `some other former key, ${OLD_KEY}`);
    // The address is believed; the folder of files is another one in these tests.
    expect((await nobody().call('GET', url)).status).toBe(404);
    expect((await redeem(token, 'a new long password')).status).toBe(200);
  });

  test('[SEC-4] where the server was not told its own address, it makes no link of what a request says', async () => {
    await server.stop();
    server = await startServer(databases, { env: mailbox.env });
    const answer = await ask('a@b.example');
    expect([answer.status, codeOfAnswer(answer)]).toEqual([409, 'mail_not_set_up']);
  });
}
