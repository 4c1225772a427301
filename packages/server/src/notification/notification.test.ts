import { createECDH, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  afterQuiet,
  isQuiet,
  type NotificationAnswer,
  ProfileAnswer,
  rings,
} from '@parley/protocol';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod/mini';
import { plain, runOne } from '../database/database.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { createMailServer, type MailServer } from '../testing/mail-server.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';
import { queueEnding } from './ending.commands.ts';
import { isPushService } from './notification.ts';
import { waitMail } from './wait-mail.ts';

const at = (time: string) => Date.parse(`2026-11-20T${time}:00Z`);
const night = { time_zone: 'Europe/Berlin', from: '22:00', to: '07:00' };

test('quiet hours go past midnight, by the clock of the agent', () => {
  expect(isQuiet(night, at('20:59'))).toBe(false);
  expect(isQuiet(night, at('21:00'))).toBe(true);
  expect(isQuiet(night, at('05:59'))).toBe(true);
  expect(isQuiet(night, at('06:00'))).toBe(false);
  expect(isQuiet({ ...night, from: '12:00', to: '13:00' }, at('11:30'))).toBe(true);
  expect(isQuiet(null, at('23:00'))).toBe(false);
});

test('what falls into quiet hours waits for their end, also in the night of the change of clocks', () => {
  expect(afterQuiet(null, at('23:00'))).toBe(at('23:00'));
  expect(afterQuiet(night, at('20:30'))).toBe(at('20:30'));
  expect(afterQuiet(night, at('21:00'))).toBe(at('06:00') + 86_400_000);
  expect(afterQuiet(night, at('05:59') + 30_000)).toBe(at('06:00'));
  // Berlin goes from 03:00 back to 02:00: at 07:00 it is an hour later than the night before.
  const before = Date.parse('2026-10-24T23:00:00Z');
  expect(afterQuiet(night, before)).toBe(Date.parse('2026-10-25T06:00:00Z'));
  expect(afterQuiet(night, before - 86_400_000)).toBe(Date.parse('2026-10-24T05:00:00Z'));
});

const waiting = {
  id: 7,
  siteId: 1,
  siteName: 'Shop',
  assigneeId: 2,
  visitorId: 5,
  visitorName: 'Eve\r\nBcc: all@example.com',
  waitingSince_ms: at('11:00'),
  text: '<b>hello</b>',
};

test('whoever else looks after it is not rung for, but who wants all', () => {
  const settings = { push: 'mine', email_after_minutes: null, quiet: null } as const;
  expect(rings(settings, 2, waiting, at('12:00'))).toBe(true);
  expect(rings(settings, 3, waiting, at('12:00'))).toBe(false);
  expect(rings(settings, 3, { ...waiting, assigneeId: null }, at('12:00'))).toBe(true);
  expect(rings({ ...settings, push: 'all' }, 3, waiting, at('12:00'))).toBe(true);
  expect(rings({ ...settings, quiet: night }, 2, waiting, at('23:00'))).toBe(false);
});

test('[SEC-3][SEC-4] a mail has one subject of one line, and what a visitor wrote as text', () => {
  const mail = waitMail(waiting, at('11:05'), {
    appUrl: 'https://chat.example.com',
    isAnswered: false,
    locale: 'en',
  });
  expect(mail.subject).toBe('Eve Bcc: all@example.com is waiting for an answer');
  expect(mail.html).toContain('&lt;b&gt;hello&lt;/b&gt;');
  expect(mail.text).toContain('https://chat.example.com/admin/chatbot/7');
  expect(mail.text).toContain('for 5 minutes:');
  const late = { appUrl: undefined, isAnswered: false, locale: 'en' } as const;
  expect(waitMail(waiting, at('20:40'), late).text).toContain('for 10 hours:');
});

test('[SEC-4] nothing is sent but to push services: an agent names the address (SSRF)', () => {
  const allowed = (endpoint: string) => isPushService(endpoint, ['http://10.0.0.1:8080']);
  expect(allowed('https://fcm.googleapis.com/fcm/send/x')).toBe(true);
  expect(allowed('https://updates.push.services.mozilla.com/wpush/v2/x')).toBe(true);
  expect(allowed('https://web.push.apple.com/x')).toBe(true);
  expect(allowed('http://10.0.0.1:8080/x')).toBe(true);
  for (const endpoint of [
    'http://fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://fcm.googleapis.com@evil.example/x',
    'https://fcm.googleapis.com.evil.example/x',
    'https://evilpush.apple.com.example/x',
    'https://127.0.0.1/x',
    'http://10.0.0.1:8081/x',
    'file:///etc/passwd',
    'no address',
  ]) {
    expect(allowed(endpoint), endpoint).toBe(false);
  }
});

interface Rung {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe('a browser that rings', () => {
  const rung: Rung[] = [];
  /** A real push service; what is sent to /gone is gone for good. */
  const service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      rung.push({ path, headers, body: Buffer.concat(chunks) });
      response.writeHead(path === '/gone' ? 410 : 201).end();
    });
  });
  let databases: TestDatabases;
  let server: RunningServer;
  let agent: TestAgent;
  let origin = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      service.listen(0, '127.0.0.1', resolve);
    });
    origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    databases = await sqliteDatabases();
    server = await startServer(databases, { env: { PUSH_SERVICES: origin } });
    agent = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
    await new Promise((resolve) => {
      service.close(resolve);
    });
  });

  const subscription = (path: string) => ({
    endpoint: origin + path,
    keys: {
      p256dh: createECDH('prime256v1').generateKeys('base64url'),
      auth: randomBytes(16).toString('base64url'),
    },
  });
  const subscribe = (body: object) => agent.call('POST', '/admin/notifications/push', body);

  it('[SEC-4] is refused where its address is no push service', async () => {
    const foreign = { ...subscription('/x'), endpoint: 'https://192.168.0.1/x' };
    expect((await subscribe(foreign)).status).toBe(422);
  });

  it('[SEC-5] rings once for what is written in a row, unreadable on the way, where its agent is signed in; one that is gone is forgotten', async () => {
    expect((await subscribe(subscription('/phone'))).status).toBe(200);
    expect((await subscribe(subscription('/gone'))).status).toBe(200);
    // The session of one is over and not deleted yet, that of another will be tomorrow.
    const endOf = async (path: string, in_ms: number) => {
      const login = await signIn(server.url, OWNER);
      await login.call('POST', '/admin/notifications/push', subscription(path));
      const { db } = server.database.sql;
      const end = db
        .updateTable('sessions')
        .set({ expires_at: Date.now() + in_ms })
        .where('token_hash', '=', (of) =>
          of
            .selectFrom('push_subscriptions')
            .select((row) => row.ref('session_hash').$notNull().as('session_hash'))
            .where('endpoint', '=', origin + path),
        );
      await server.database.write(runOne, plain(end.compile()));
    };
    await endOf('/over', -1);
    await endOf('/asleep', 86_400_000);
    expect(await server.database.write(queueEnding, { now_ms: Date.now() })).toBe(1);
    const visitor = await newVisitor(server.url);
    for (const text of ['a secret', 'and more']) {
      await visitor.say(text);
    }
    await expect
      .poll(() => rung.map(({ path }) => path).sort(), { timeout: 20_000 })
      .toEqual(['/asleep', '/asleep', '/gone', '/phone']);
    const asleep = rung.filter(({ path }) => path === '/asleep');
    const topics = new Set(asleep.map(({ headers }) => headers['topic']));
    expect(topics).toEqual(new Set(['conversation-1', 'session']));
    const [{ headers, body }] = rung.filter(({ path }) => path === '/phone') as [Rung];
    expect(headers['content-encoding']).toBe('aes128gcm');
    expect(headers.authorization).toMatch(/^vapid t=/);
    expect(headers['topic']).toBe('conversation-1');
    expect(body.toString('latin1')).not.toContain('more');
    const left = async () =>
      (await server.database.query(endpoints())).map(({ endpoint }) => endpoint).sort();
    await expect.poll(left).toEqual(['/asleep', '/over', '/phone'].map((path) => origin + path));
  });

  it('[SEC-5] rings no more once its agent is signed out there, and on with a new password', async () => {
    const account = await server.newAgent([{ siteId: 1 }]);
    const signInAt = async (name: string) => {
      const login = await signIn(server.url, account);
      const answer = await login.call('POST', '/admin/notifications/push', subscription(name));
      expect(answer.status).toBe(200);
      return login;
    };
    const laptop = await signInAt('/of-laptop');
    const phone = await signInAt('/of-phone');
    const lost = await signInAt('/of-lost');
    const left = async () => {
      const rows = await server.database.query(endpoints());
      return rows
        .map(({ endpoint }) => endpoint.slice(origin.length))
        .filter(isTheirs)
        .sort();
    };
    const isTheirs = (path: string) => path.startsWith('/of-');

    const { sessions } = z.parse(ProfileAnswer, (await lost.call('GET', '/admin/profile')).json);
    const id = sessions.find(({ current }) => current)?.id ?? '';
    expect((await laptop.call('DELETE', `/admin/profile/sessions/${id}`)).status).toBe(200);
    expect(await left()).toEqual(['/of-laptop', '/of-phone']);
    expect((await phone.call('POST', '/admin/logout')).status).toBe(200);
    expect(await left()).toEqual(['/of-laptop']);
    const passwords = { current_password: account.password, password: 'another long password' };
    expect((await laptop.call('POST', '/admin/profile/password', passwords)).status).toBe(200);
    expect(await left()).toEqual(['/of-laptop']);
  });

  it('keeps what an agent wants, and refuses what makes no sense', async () => {
    const patch = (body: object) => agent.call('PATCH', '/admin/notifications', body);
    const answer = await patch({ email_after_minutes: 15, quiet: night });
    expect((answer.json as NotificationAnswer).settings).toEqual({
      push: 'mine',
      email_after_minutes: 15,
      quiet: night,
    });
    for (const body of [
      { push: 'loud' },
      { email_after_minutes: 0 },
      { quiet: { ...night, time_zone: 'Mars/Olympus' } },
      { quiet: [] },
    ]) {
      expect((await patch(body)).status, JSON.stringify(body)).toBe(422);
    }
  });

  const endpoints = () =>
    server.database.sql.db.selectFrom('push_subscriptions').select('endpoint').compile();
});

describe('a visitor whom nobody answers', () => {
  const DAY_MS = 86_400_000;
  let mailServer: MailServer;
  let databases: TestDatabases;
  let server: RunningServer;
  let agent: TestAgent;
  let ahead_ms = at('22:00') - Date.now();

  beforeAll(async () => {
    mailServer = await createMailServer();
    await mailServer.start();
    databases = await sqliteDatabases();
    server = await startServer(databases, {
      env: { ...mailServer.env, APP_URL: 'https://chat.example.com' },
      clock: { now_ms: () => Date.now() + ahead_ms },
    });
    agent = await signIn(server.url, OWNER);
    const answer = await agent.call('PATCH', '/admin/notifications', { email_after_minutes: 15 });
    expect(answer.status).toBe(200);
  });
  afterAll(async () => {
    await server.stop();
    await mailServer.stop();
    await databases.discard();
  });

  const goTo = (time_ms: number) => {
    ahead_ms = time_ms - Date.now();
  };
  const quiet = (hours: object | null) =>
    agent.call('PATCH', '/admin/notifications', { quiet: hours });
  const mailsDue = async (): Promise<readonly number[]> => {
    const due = server.database.sql.db
      .selectFrom('jobs')
      .select('run_at')
      .where('kind', '=', 'notify:mail')
      .orderBy('run_at')
      .compile();
    return (await server.database.query(due)).map(({ run_at }) => run_at);
  };

  it('is told of by mail, once, and not in quiet hours but after them', async () => {
    await quiet(night);
    const sleepless = await newVisitor(server.url);
    await sleepless.say('anybody awake?');
    const morning = at('06:00') + DAY_MS;
    await expect.poll(mailsDue, { timeout: 20_000 }).toEqual([morning]);

    // The agent sleeps longer than was planned: nothing is sent until then.
    await quiet({ ...night, to: '08:00' });
    goTo(morning);
    const late = await newVisitor(server.url);
    await late.say('good morning');
    await expect
      .poll(mailsDue, { timeout: 20_000 })
      .toEqual([at('07:00') + DAY_MS, at('07:00') + DAY_MS]);
    expect(mailServer.inbox).toEqual([]);

    goTo(at('07:30') + DAY_MS);
    const last = await newVisitor(server.url);
    await last.say('is it open?');
    await expect.poll(() => mailServer.inbox.length, { timeout: 20_000 }).toBe(2);
    const texts = await Promise.all(
      mailServer.inbox.map(async ({ to, raw }) => {
        expect(to).toEqual([OWNER.email]);
        return (await PostalMime.parse(raw)).text ?? '';
      }),
    );
    expect(texts.join()).toContain('for 10 hours:');
    expect(texts.join()).toContain('anybody awake?');
    expect(texts.join()).toContain('for 2 hours:');
  }, 90_000);

  it('is told of once the mail server is back, which was away', async () => {
    await quiet(null);
    await mailServer.stop();
    mailServer.inbox.length = 0;
    goTo(at('10:00') + DAY_MS);
    await (await newVisitor(server.url)).say('where are you?');
    await expect.poll(mailsDue, { timeout: 20_000 }).toHaveLength(1);
    goTo(at('10:16') + DAY_MS);
    const begin = server.log.length;
    const tried = () =>
      server.log.filter((line, n) => n >= begin && line.includes('"outcome":"unavailable"')).length;
    await agent.call('PATCH', '/admin/notifications', { email_after_minutes: 60 });
    await (await newVisitor(server.url)).say('this one can wait');
    await expect.poll(tried, { timeout: 20_000 }).toBeGreaterThan(1);
    await mailServer.start();
    await expect.poll(() => mailServer.inbox.length, { timeout: 20_000 }).toBe(1);
    const [mail] = mailServer.inbox;
    expect((await PostalMime.parse(mail?.raw ?? '')).text).toContain('where are you?');
  }, 90_000);
});
