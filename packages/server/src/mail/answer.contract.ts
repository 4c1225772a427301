import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import {
  call,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from '../testing/http-client.ts';
import { createMailServer, type MailServer } from '../testing/mail-server.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

const MINUTE_MS = 60_000;
const APP_URL = 'https://chat.shop.example';

/** The answer that a visitor missed comes by mail. */
export function answerContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let mails: MailServer;
  let agent: TestAgent;
  let later_ms = 0;
  beforeAll(async () => {
    databases = await make();
    mails = await createMailServer();
    await mails.start();
    server = await startServer(databases, {
      clock: { now_ms: () => Date.now() + later_ms },
      env: {
        ...mails.env,
        APP_URL,
        RATE_LIMITS: 'on',
        MAIL_REPLY_ADDRESS: 'reply@in.shop.example',
        MAIL_INBOUND_SECRET: `whsec_${Buffer.alloc(32, 'x').toString('base64')}`,
      },
    });
    agent = await signIn(server.url, OWNER);
    await agent.call('PATCH', '/admin/sites/1', { name: 'Shop & Co' });
  });
  afterAll(async () => {
    await server.stop();
    await mails.stop();
    await databases.discard();
  });

  async function named(email: string, more: object = {}): Promise<TestVisitor> {
    const visitor = await newVisitor(server.url);
    await call(`${server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SITE_TOKEN}` },
      body: { visitor_token: visitor.token, email, ...more },
    });
    return visitor;
  }

  const reply = (id: number, text: string, more: object = {}) =>
    agent.call('POST', `/admin/chatbot/${id}/reply`, { text, ...more });

  /** So much later what is due is done: the answer to somebody who left no address wakes the worker. */
  async function pass(minutes: number): Promise<void> {
    const waiting = async (): Promise<number> => {
      const jobs = server.database.sql.db
        .selectFrom('jobs')
        .select((of) => of.fn.countAll<number>().as('count'))
        .where('kind', '=', 'mail:answers')
        .where('run_at', '<=', Date.now() + later_ms);
      return Number((await server.database.query(jobs.compile()))[0]?.count);
    };
    later_ms += minutes * MINUTE_MS;
    const { conversation_id: id } = await (await newVisitor(server.url)).say('Hello');
    await reply(id, 'Hi');
    await expect.poll(waiting, { timeout: 20_000 }).toBe(0);
  }

  async function jobsOf(id: number): Promise<number> {
    const jobs = server.database.sql.db
      .selectFrom('jobs')
      .select('id')
      .where('queue_key', '=', `mail:answers:${id}`);
    return (await server.database.query(jobs.compile())).length;
  }

  /** There once the answer has asked for it: that is written after the answer. */
  const looked = (id: number) => expect.poll(() => jobsOf(id)).toBeGreaterThan(0);

  const received = () => Promise.all(mails.inbox.map(({ raw }) => PostalMime.parse(raw)));

  test('an answer that a visitor did not see is mailed once, in its language, and can be answered', async () => {
    mails.inbox.length = 0;
    const visitor = await named('grace@people.example', { locale: 'de-AT' });
    const { conversation_id: id } = await visitor.say('Is it <b>blue</b>?');
    await reply(id, 'Nobody else may read this', { private: true });
    await reply(id, 'Yes, <i>blue</i>.');
    await looked(id);
    await pass(5);
    expect(mails.inbox).toHaveLength(0);
    await pass(6);
    const [mail, ...others] = await received();
    expect(others).toEqual([]);
    expect(mail?.to?.[0]?.address).toBe('grace@people.example');
    expect(mail?.subject).toBe('Shop & Co hat Ihnen geantwortet');
    expect(mail?.text).toContain('Yes, <i>blue</i>.');
    expect(mail?.html).toContain('Yes, &lt;i&gt;blue&lt;/i&gt;.');
    expect(mail?.text).not.toContain('Nobody else');
    expect(mail?.replyTo?.[0]?.address).toMatch(/^reply\+v\.[\da-z.]+@in\.shop\.example$/);

    // Nothing new, no mail; what is new comes alone.
    await pass(60);
    expect(mails.inbox).toHaveLength(1);
    await reply(id, 'And green.');
    await looked(id);
    await pass(11);
    const [, second, ...more] = await received();
    expect(more).toEqual([]);
    expect(second?.text).toContain('And green.');
    expect(second?.text).not.toContain('blue');
  });

  test('no mail to who saw the answer, or left no address, nor where the site wants none', async () => {
    mails.inbox.length = 0;
    const reader = await named('reader@people.example');
    const { conversation_id: seen } = await reader.say('Hello');
    await reply(seen, 'Hi');
    await looked(seen);
    const { json } = await reader.call('GET', `/api/chatbot/conversation/${seen}`);
    const { head } = json as { head: number };
    await reader.call('POST', `/api/chatbot/conversation/${seen}/read`, { up_to: head });
    await pass(11);
    expect(mails.inbox).toHaveLength(0);

    await agent.call('PATCH', '/admin/sites/1', { settings: { answer_mail_minutes: null } });
    const { conversation_id: unwanted } = await (await named('a@people.example')).say('Hello');
    await reply(unwanted, 'Hi');
    await looked(unwanted);
    await pass(1_500);
    await agent.call('PATCH', '/admin/sites/1', { settings: { answer_mail_minutes: 10 } });
    expect(mails.inbox).toHaveLength(0);
  });

  test('who wants no more says so by one link, which looking at does not do, and gets none', async () => {
    mails.inbox.length = 0;
    const visitor = await named('Away@people.example');
    const { conversation_id: id } = await visitor.say('Hello');
    await reply(id, 'Hi');
    await looked(id);
    await pass(11);
    const [mail] = await received();
    const header = (name: string) => mail?.headers.find(({ key }) => key === name)?.value;
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const [, link = ''] = /^<(.+)>$/.exec(header('list-unsubscribe') ?? '') ?? [];
    expect(mail?.text).toContain(link);
    expect(link).toMatch(`${APP_URL}/mail/stop/`);
    expect(link).not.toContain('people');
    const here = link.replace(APP_URL, server.url);

    const forged = here.replace(/\/1\./, '/2.');
    expect((await fetch(forged)).status).toBe(404);
    expect((await fetch(forged, { method: 'POST' })).status).toBe(404);
    const page = await fetch(here);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const shown = await page.text();
    expect(shown).toContain('Shop &amp; Co');
    expect(shown).toContain('<html lang="en" dir="ltr">');
    await reply(id, 'Still there?');
    await looked(id);
    await pass(11);
    expect(mails.inbox).toHaveLength(2);

    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    expect((await fetch(here, { method: 'POST', body })).status).toBe(200);
    expect((await fetch(here, { method: 'POST', body })).status).toBe(200);
    // [SEC-6] Whoever reads the log can say it for nobody.
    expect(server.log.join()).toContain('"path":"/mail/stop/:claim"');
    expect(server.log.join()).not.toContain(new URL(here).pathname);
    await reply(id, 'And now?');
    const other = await named('away@people.example');
    const { conversation_id: again } = await other.say('The same address');
    await reply(again, 'Hi');
    await looked(again);
    await pass(11);
    expect(mails.inbox).toHaveLength(2);
  });

  const triedIn = (begin: number) =>
    server.log.filter((line, at) => at >= begin && /"outcome":"(unavailable|failed)"/.test(line))
      .length;

  test('while no mail can be sent, none is lost, however often it is tried', async () => {
    mails.inbox.length = 0;
    const { conversation_id: id } = await (await named('late@people.example')).say('Hello');
    await reply(id, 'Hi');
    await looked(id);
    await mails.stop();
    later_ms += 11 * MINUTE_MS;
    const begin = server.log.length;
    await reply((await (await newVisitor(server.url)).say('Hello')).conversation_id, 'Hi');
    // What was not sent does not count among the three that an address gets in a day.
    await expect.poll(() => triedIn(begin), { timeout: 30_000 }).toBeGreaterThan(3);
    await mails.start();
    later_ms += 60 * MINUTE_MS;
    await reply((await (await newVisitor(server.url)).say('Hello')).conversation_id, 'Hi');
    await expect.poll(() => mails.inbox.length, { timeout: 20_000 }).toBe(1);
  });

  test('what a mailbox does not take now is tried again, and given up after three days', async () => {
    mails.inbox.length = 0;
    const { conversation_id: id } = await (await named('later@people.example')).say('Hello');
    await reply(id, 'Hi');
    await looked(id);
    later_ms += 11 * MINUTE_MS;
    const begin = server.log.length;
    await reply((await (await newVisitor(server.url)).say('Hello')).conversation_id, 'Hi');
    await expect.poll(() => triedIn(begin), { timeout: 20_000 }).toBeGreaterThan(0);
    // A job that failed is due again within 30 s.
    later_ms += MINUTE_MS;
    await reply((await (await newVisitor(server.url)).say('Hello')).conversation_id, 'Hi');
    await expect.poll(() => triedIn(begin), { timeout: 20_000 }).toBeGreaterThan(1);
    await pass(3 * 24 * 60 + 10);
    await expect.poll(() => jobsOf(id), { timeout: 20_000 }).toBe(0);
    expect(mails.inbox).toHaveLength(0);
  });
}
