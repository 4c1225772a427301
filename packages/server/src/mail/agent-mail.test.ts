import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { caller, newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { type Mailbox, type ReceivedMail, startMailbox } from '../testing/mailbox.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';
import { agentLocale, languagesAccepted } from './agent-locale.ts';

const APP_URL = 'https://chat.shop.example';
const MINUTE_MS = 60_000;

let databases: TestDatabases;
let mailbox: Mailbox;
let receiver: Receiver;
let server: RunningServer;
let owner: TestAgent;
let ahead_ms = 0;

beforeAll(async () => {
  databases = await sqliteDatabases();
  mailbox = await startMailbox();
  receiver = await startReceiver();
  server = await startServer(databases, {
    env: { ...mailbox.env, APP_URL, WEBHOOK_ALLOW_PRIVATE: '127.0.0.1' },
    clock: { now_ms: () => Date.now() + ahead_ms },
  });
  owner = await signIn(server.url, OWNER);
});
afterAll(async () => {
  await server.stop();
  await receiver.stop();
  await mailbox.stop();
  await databases.discard();
});
beforeEach(async () => {
  await speak(owner, null);
  await siteSpeaks('en');
});

const speak = (agent: TestAgent, locale: string | null) =>
  agent.call('PATCH', '/admin/profile', { locale });
const siteSpeaks = (locale: string) =>
  owner.call('PATCH', '/admin/sites/1', { settings: { locale } });
const browser = (language: string) => ({ 'accept-language': language });

/** The newest mail to an address, when there are so many. */
async function mailTo(address: string, count = 1): Promise<ReceivedMail> {
  const mails = async () => (await mailbox.mails()).filter(({ to }) => to.includes(address));
  await expect.poll(mails, { timeout: 20_000 }).toHaveLength(count);
  const newest = (await mails()).at(-1);
  if (newest === undefined) throw new Error('There is none');
  return newest;
}

async function newAgent(locale: string | null): Promise<TestAgent & { readonly email: string }> {
  const account = await server.newAgent([{ siteId: 1, role: 'admin' }]);
  const agent = await signIn(server.url, account);
  await speak(agent, locale);
  return { ...agent, email: account.email };
}

test('an invitation is in the language of who is invited, else of who invites, else of the site', async () => {
  const invite = async (email: string, language?: string) => {
    const body = { email, role: 'agent' };
    const headers = language === undefined ? {} : browser(language);
    const { status } = await owner.call('POST', '/admin/sites/1/invitations', body, headers);
    expect(status).toBe(201);
    return mailTo(email);
  };
  const english = await invite('en@people.example', 'fr, en;q=0.8, de;q=0.7');
  expect(english.subject).toBe('Invitation to My site');
  expect(english.html).toContain('<html lang="en">');
  expect((await invite('browser@people.example', 'de-AT')).subject).toBe('Einladung zu My site');

  await siteSpeaks('de-CH');
  expect((await invite('site@people.example')).subject).toBe('Einladung zu My site');

  await siteSpeaks('en');
  await speak(owner, 'de');
  const german = await invite('own@people.example', 'en');
  expect(german.text).toMatch(
    new RegExp(`lädt Sie ein.*\n\n${APP_URL}/admin/invitation#[\\w-]+\n\nDer Link gilt einmal`),
  );
  expect(german.html).toContain('<html lang="de">');

  const { email } = await server.newAgent([]);
  const known = await signIn(server.url, { email, password: 'the password of an agent' });
  await speak(known, 'en');
  expect((await invite(email, 'de')).subject).toBe('Invitation to My site');
});

test('the mail for a new password is in the language of the agent, else of the browser that asked', async () => {
  const reset = (email: string, language: string) =>
    caller(server.url, browser(language)).call('POST', '/admin/password-reset', { email });
  const { email } = await newAgent('de');
  await reset(email, 'en');
  const german = await mailTo(email);
  expect(german.subject).toBe('Ein neues Passwort für Parley');
  expect(german.text).toContain('einmal, 30 Minuten lang');

  const other = await newAgent(null);
  await reset(other.email, 'de');
  expect((await mailTo(other.email)).subject).toBe('Ein neues Passwort für Parley');
  await reset(other.email, 'nl');
  const english = await mailTo(other.email, 2);
  expect(english.subject).toBe('A new password for Parley');
  expect(english.text).toContain('once, for 30 minutes');
});

test('who waits is told in the language of each agent, else of the site', async () => {
  await siteSpeaks('de');
  const agents = [await newAgent('en'), await newAgent('de'), await newAgent(null)] as const;
  for (const agent of agents) {
    await agent.call('PATCH', '/admin/notifications', { email_after_minutes: 5 });
  }
  const visitor = await newVisitor(server.url);
  const { conversation_id: id } = await visitor.say('Anybody there?');
  const due = () =>
    server.database.query(
      server.database.sql.db
        .selectFrom('jobs')
        .select('id')
        .where('kind', '=', 'notify:mail')
        .compile(),
    );
  await expect.poll(due, { timeout: 20_000 }).toHaveLength(agents.length);
  ahead_ms += 6 * MINUTE_MS;
  // Something to do wakes who looks at the queue.
  await (await newVisitor(server.url)).say('Hello');
  const [english, german, byTheSite] = await Promise.all(agents.map(({ email }) => mailTo(email)));
  expect(english?.subject).toBe(`Visitor ${visitor.id} is waiting for an answer`);
  expect(english?.text).toContain('on My site for 6 minutes:\n\nAnybody there?');
  for (const mail of [german, byTheSite]) {
    expect(mail?.subject).toBe(`Besucher ${visitor.id} wartet auf eine Antwort`);
    expect(mail?.text).toContain(
      `auf My site seit 6 Minuten auf eine Antwort:\n\nAnybody there?\n\n${APP_URL}/admin/chatbot/${id}`,
    );
  }
});

test('that a webhook was switched off is told in the language of each who manages the site', async () => {
  receiver.answer = (_request, response) => response.writeHead(410).end();
  const agents = [await newAgent('de'), await newAgent('en')] as const;
  const hook = { site_id: 1, url: `${receiver.url}/in`, events: ['message.created'] };
  expect((await owner.call('POST', '/admin/webhooks', hook)).status).toBe(201);
  await (await newVisitor(server.url)).say('Hello');
  const [german, english] = await Promise.all(agents.map(({ email }) => mailTo(email)));
  expect(german?.subject).toBe('Ein Webhook wurde ausgeschaltet');
  expect(german?.text).toContain(`${receiver.url}/in wurde ausgeschaltet: er hat 410`);
  expect(german?.text).toContain(`${APP_URL}/admin/settings/webhooks`);
  expect(english?.subject).toBe('A webhook was switched off');
});

test('what a browser accepts is read as it is meant, whatever stands there', () => {
  const first = (header: string | undefined) => agentLocale(...languagesAccepted(header));
  expect(first('de')).toBe('de');
  expect(first('en;q=0.5, DE-at ; q=0.9')).toBe('de');
  expect(first('de;q=0, en;q=0.1')).toBe('en');
  for (const odd of [undefined, '', '*', 'de;q=x', 'de;;q=1', ',,,', `${'a'.repeat(9_000)},de`]) {
    expect(['en', 'de'], odd).toContain(first(odd));
  }
  expect(languagesAccepted('fr,'.repeat(1_000))).toHaveLength(20);
});
