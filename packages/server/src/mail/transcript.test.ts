import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import {
  call,
  codeOfAnswer,
  newVisitor,
  signIn,
  type TestAgent,
  type TestVisitor,
} from '../testing/http-client.ts';
import { createMailServer, type MailServer } from '../testing/mail-server.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { renderTranscript } from './transcript.ts';
import { LANGUAGES } from './words.ts';

describe('a conversation by email', () => {
  let mailServer: MailServer;
  let databases: TestDatabases;
  let server: RunningServer;
  let agent: TestAgent;

  beforeAll(async () => {
    mailServer = await createMailServer();
    databases = await sqliteDatabases();
    server = await startServer(databases, {
      env: { RATE_LIMITS: 'on', ...mailServer.env },
    });
    agent = await signIn(server.url, OWNER);
    await agent.call('PATCH', '/admin/sites/1', { name: 'Shop "Ä", Inc.' });
    await mailServer.start();
  });
  afterAll(async () => {
    await server.stop();
    await mailServer.stop();
    await databases.discard();
  });

  const mails = (count: number): Promise<void> =>
    expect.poll(() => mailServer.inbox.length, { timeout: 10_000, interval: 20 }).toBe(count);

  async function named(email: string, before?: TestVisitor): Promise<TestVisitor> {
    const visitor = before ?? (await newVisitor(server.url));
    const answer = await call(`${server.url}/api/chatbot/init`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SITE_TOKEN}` },
      body: { visitor_token: visitor.token, email },
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return visitor;
  }

  async function talk(visitor: TestVisitor, text = 'Hello', reply = 'Hi'): Promise<number> {
    const { conversation_id: id } = await visitor.say(text);
    await agent.call('POST', `/admin/chatbot/${id}/reply`, { text: reply });
    return id;
  }

  const ask = (visitor: TestVisitor, id: number, body: object = {}) =>
    visitor.call('POST', `/api/chatbot/conversation/${id}/transcript`, body);

  it('has all that its visitor sees, as text, and nothing else', async () => {
    mailServer.inbox.length = 0;
    const visitor = await named('ada@people.example');
    const evil = '<img src=x onerror=alert(1)> & "quotes"\r\n.\r\nRCPT TO:<victim@x.example>';
    const id = await talk(visitor, evil, 'Grüße 👋 https://shop.example/?a=1&b=2');
    await agent.call('POST', `/admin/chatbot/${id}/reply`, {
      text: 'a secret note',
      private: true,
    });
    const sent = await postForm(visitor, '/api/chatbot/file', {
      files: [['files', 'plan & <b>.pdf', '%PDF-1.4']],
    });
    expect(sent.status).toBe(201);
    const gone = await visitor.say('a deleted one');
    await visitor.call('DELETE', `/api/chatbot/message/${gone.id}`);

    const answer = await ask(visitor, id, { locale: 'de-AT' });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ success: true, email: 'ada@people.example' });
    await mails(1);
    const [received] = mailServer.inbox;
    expect(received).toMatchObject({ from: 'chat@shop.example', to: ['ada@people.example'] });
    const mail = await PostalMime.parse(received?.raw ?? '');
    expect(mail.subject).toBe('Ihre Unterhaltung mit Shop "Ä", Inc.');
    expect(mail.from).toMatchObject({ name: 'Shop "Ä", Inc.', address: 'chat@shop.example' });
    expect(mail.to).toMatchObject([{ address: 'ada@people.example' }]);
    expect(mail.cc).toBeUndefined();
    const { text = '', html = '' } = mail;
    expect(text).toContain('<img src=x onerror=alert(1)> & "quotes"');
    expect(text.indexOf('Grüße 👋')).toBeGreaterThan(text.indexOf('<img'));
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;');
    expect(html).not.toContain('<img');
    // Files are named, not sent along, and no address of theirs outlives its day in a mailbox.
    expect(text).toContain('Datei: plan & <b>.pdf');
    expect(html).toContain('Datei: plan &amp; &lt;b&gt;.pdf');
    expect(text + html).not.toContain('/files/');
    for (const form of [text, html]) {
      expect(form).not.toContain('secret');
      expect(form).not.toContain('deleted one');
    }
  });

  it('goes only to the visitor’s own address, and only of a conversation that was answered', async () => {
    const nameless = await newVisitor(server.url);
    const id = await talk(nameless);
    expect(codeOfAnswer(await ask(nameless, id))).toBe('email_required');
    // A named address in the request is no address of the visitor's.
    expect(codeOfAnswer(await ask(nameless, id, { email: 'victim@x.example' }))).toBe(
      'email_required',
    );
    const unanswered = await named('bob@people.example');
    const { conversation_id } = await unanswered.say('Buy my pills');
    expect(codeOfAnswer(await ask(unanswered, conversation_id))).toBe('nothing_to_send');
    expect((await ask(unanswered, id)).status).toBe(404);
  });

  it('nobody floods an address, whoever asks and however it is spelled', async () => {
    const answers: number[] = [];
    for (const email of ['Victim@x.example', 'victim@X.example', 'victim@x.example']) {
      const visitor = await named(email);
      const id = await talk(visitor);
      const twice = await Promise.all([ask(visitor, id), ask(visitor, id)]);
      answers.push(...twice.map(({ status }) => status));
      const refused = twice.find(({ status }) => status === 429);
      if (refused !== undefined) {
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(80_000);
      }
    }
    expect(answers.filter((status) => status === 202)).toHaveLength(3);
    expect(answers.filter((status) => status === 429)).toHaveLength(3);
  });

  it('waits for a mail server that is away; what is refused for good stops nothing', async () => {
    await expect.poll(async () => (await jobs()).length, { timeout: 10_000, interval: 50 }).toBe(0);
    mailServer.inbox.length = 0;
    await mailServer.stop();
    for (const email of ['refused@people.example', 'cleo@people.example']) {
      const visitor = await named(email);
      expect((await ask(visitor, await talk(visitor))).status).toBe(202);
    }
    await expect
      .poll(async () => (await jobs()).some(({ attempts }) => attempts > 0), { timeout: 10_000 })
      .toBe(true);
    await mailServer.start();
    await mails(1);
    expect(mailServer.inbox[0]?.to).toEqual(['cleo@people.example']);
    await expect.poll(async () => (await jobs()).length, { timeout: 10_000 }).toBe(0);
  });

  it('[SEC-2] does not go to an address that is no longer the visitor’s when it can be sent', async () => {
    mailServer.inbox.length = 0;
    await mailServer.stop();
    const visitor = await named('before@people.example');
    expect((await ask(visitor, await talk(visitor))).status).toBe(202);
    await named('since@people.example', visitor);
    await mailServer.start();
    await expect.poll(async () => (await jobs()).length, { timeout: 10_000 }).toBe(0);
    expect(mailServer.inbox).toEqual([]);
  });

  it.each([
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example, c@d.example',
    '<a@b.example>',
    'a@[1.2.3.4]',
  ])('[SEC-4] %j is no address', async (email) => {
    await expect(named(email)).rejects.toThrow('422');
  });

  it('speaks each language of the widget, in its direction, with all that is to be said', () => {
    expect(Object.keys(LANGUAGES).toSorted().join(' ')).toBe(
      'ar de en es fr he hi it ja nl pl pt tr zh',
    );
    for (const locale of Object.keys(LANGUAGES)) {
      const { subject, text, html } = renderTranscript({
        siteName: '«site»',
        timeZone: 'Asia/Tokyo',
        locale,
        messages: [],
        isCut: true,
      });
      expect(subject, locale).toContain('«site»');
      expect(text.match(/«site»/g), locale).toHaveLength(2);
      expect(text, locale).toContain('Asia/Tokyo');
      expect(subject + text, locale).not.toMatch(/[{}]/);
      const direction = ['ar', 'he'].includes(locale) ? 'rtl' : 'ltr';
      expect(html, locale).toContain(`<html lang="${locale}" dir="${direction}">`);
      if (locale !== 'en') expect(subject, locale).not.toMatch(/conversation with/);
    }
  });

  it('[SEC-3] an invitation goes by mail too, with names as text, and says where it could not go', async () => {
    mailServer.inbox.length = 0;
    await agent.call('PATCH', '/admin/profile', { name: '<b>Ada</b>' });
    const invite = async (email: string): Promise<{ link: string; mailed: boolean }> => {
      const path = '/admin/sites/1/invitations';
      const { json } = await agent.call('POST', path, { email, role: 'agent' });
      return json as { link: string; mailed: boolean };
    };
    const { link, mailed } = await invite('grace@people.example');
    expect(mailed).toBe(true);
    const [sent] = mailServer.inbox;
    expect(sent?.to).toEqual(['grace@people.example']);
    const { text = '', html = '' } = await PostalMime.parse(sent?.raw ?? '');
    expect(text).toContain(link);
    expect(html).toContain('&lt;b&gt;Ada');
    expect(html).not.toContain('<b>');
    expect((await invite('refused@people.example')).mailed).toBe(false);
    // The token stands in the mail and in the answer, and nowhere else (SEC-6).
    expect(server.log.join()).not.toContain(link.split('#')[1]);
  });

  function jobs() {
    const { db } = server.database.sql;
    return server.database.query(
      db.selectFrom('jobs').selectAll().where('kind', '=', 'mail:transcript').compile(),
    );
  }
});
