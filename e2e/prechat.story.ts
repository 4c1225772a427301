import { violations } from './harness/axe.ts';
import { changeSite, must, newAgent } from './harness/api.ts';
import { expectSaid, inbox, openFirstConversation, shown, signInAgent } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test('[SEC-4] a site that asks for name and email first, and for work, gets all of it with the first message', async ({
  stage,
}) => {
  const server = await stage.server();
  await changeSite(server.url, {
    settings: { prechat: 'required', first_message_proof: 'always' },
  });
  const page = await stage.browser();
  // What the site asks comes later than a quick visitor's first Enter.
  const late = Promise.withResolvers<void>();
  await page.route('**/api/chatbot/init', async (route) => {
    await late.promise;
    await route.continue();
  });
  const posts: string[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('/api/chatbot/message')) return;
    const isProven = 'parley-proof' in response.request().headers();
    posts.push(`${response.status()} ${isProven ? 'proven' : 'bare'}`);
  });
  await page.goto(`${server.url}/chatbot-test.html`);
  await page.getByRole('button', { name: 'Open chat' }).click();
  const panel = page.frameLocator('iframe[title="Chat"]');
  const composer = panel.getByRole('textbox', { name: 'Message', exact: true });

  // Without them nothing is sent, and what was typed stays.
  await composer.fill('hello, it is me');
  await composer.press('Enter');
  late.resolve();
  await expect(panel.getByRole('alert')).toBeVisible();
  await expect(composer).toHaveValue('hello, it is me');
  await expectSaid(panel.getByRole('log'), []);

  await panel.getByLabel('Name').fill('Maria <b>Silva</b>');
  // Half a form outlives the page, as half a message does.
  await page.reload();
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(panel.getByLabel('Name')).toHaveValue('Maria <b>Silva</b>');
  await expect(composer).toHaveValue('hello, it is me');
  await panel.getByLabel(/e-?mail/i).fill('maria@shop.example');
  await composer.press('Enter');
  await expectSaid(panel.getByRole('log'), ['hello, it is me']);
  const sent = shown(panel.getByRole('log'), 'hello, it is me');
  await expect(sent).toHaveAttribute('data-state', 'sent');
  // Asked for work, and sent again with it; whoever talks already is not asked.
  await composer.fill('still me');
  await composer.press('Enter');
  await expect(shown(panel.getByRole('log'), 'still me')).toHaveAttribute('data-state', 'sent');
  expect(posts).toEqual(['429 bare', '201 proven', '201 bare']);

  const agentPage = await stage.browser();
  await signInAgent(agentPage, server.url);
  await expect(inbox(agentPage)).toContainText('Maria <b>Silva</b>');
  await openFirstConversation(agentPage);
  await expect(agentPage.getByText('maria@shop.example').first()).toBeVisible();
});

test('[SEC-2] a site that asks for consent: nothing is kept or sent before it, all of it is gone after it', async ({
  stage,
}) => {
  const server = await stage.server();
  await changeSite(server.url, {
    settings: {
      live_visitors: true,
      proactive: [{ page: '*', after_s: 0, text: 'Too early' }],
      consent: { text: 'We keep <b>all</b>.', privacy_url: `${server.url}/up` },
    },
  });
  const agent = await newAgent(server.url);
  const page = await stage.browser();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  page.on('websocket', (socket) => asked.push(new URL(socket.url()).pathname));
  const kept: unknown[] = [];
  await page.exposeBinding('keptHere', (_, what) => kept.push(what));
  await page.addInitScript(watchStorage);

  await page.goto(`${server.url}/chatbot-test.html`);
  const panel = page.frameLocator('iframe[title="Chat"]');
  const agree = panel.getByRole('button', { name: 'Agree and start' });
  const composer = panel.getByRole('textbox', { name: 'Message', exact: true });
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(agree).toBeFocused();
  await expect(panel.getByText('We keep <b>all</b>.')).toBeVisible();
  await expect(panel.getByRole('link', { name: 'Privacy policy' })).toBeVisible();
  await expect(composer).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Open chat' })).toBeFocused();
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expect(agree).toBeFocused();
  const isPublic =
    /^\/(chatbot-test\.html|chatbot-widget\.js|widget\/.*|favicon.*|api\/chatbot\/config)$/;
  expect(asked.filter((path) => !isPublic.test(path))).toEqual([]);
  expect(kept).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
  expect(must(await agent.call('GET', '/admin/visitors'))).toMatchObject({ visitors: [] });

  await agree.click();
  await composer.fill('I agree');
  await composer.press('Enter');
  await expectSaid(panel.getByRole('log'), ['I agree']);
  expect(kept).not.toEqual([]);
  const agentPage = await stage.browser();
  await signInAgent(agentPage, server.url);
  await openFirstConversation(agentPage);
  await expect(agentPage.getByText('to version 1')).toBeVisible();
  // Asked once: the next page shows the conversation.
  await page.reload();
  await page.getByRole('button', { name: 'Open chat' }).click();
  await expectSaid(panel.getByRole('log'), ['I agree']);

  const other = await page.context().newPage();
  await other.goto(`${server.url}/chatbot-test.html`);
  const otherPanel = other.frameLocator('iframe[title="Chat"]');
  await other.getByRole('button', { name: 'Open chat' }).click();
  await expectSaid(otherPanel.getByRole('log'), ['I agree']);

  await panel.getByRole('button', { name: 'Options' }).click();
  await panel.getByRole('menuitem', { name: 'Withdraw consent' }).click();
  const question = panel.getByRole('dialog');
  await expect(question).toContainText('deleted for good');
  expect(await violations(page)).toEqual([]);
  await question.getByRole('button', { name: 'Withdraw and delete' }).click();
  await expect(agree).toBeVisible();
  await expect(otherPanel.getByRole('button', { name: 'Agree and start' })).toBeVisible();
  expect((await agent.call('GET', '/admin/chatbot/1')).status).toBe(404);
  // Neither tab began another visitor in the name of who had agreed.
  expect(must(await agent.call('GET', '/admin/visitors'))).toMatchObject({ visitors: [] });
  // The page, which is of the same origin here, goes on knowing how the launcher looks, and nothing else.
  const left = () => panel.locator('body').evaluate(() => Object.entries(localStorage));
  await expect
    .poll(left)
    .toEqual([[expect.stringMatching(/^parley:/), expect.stringContaining('"known":false')]]);
});

/** Tells of all that a page puts into its browser. */
function watchStorage(): void {
  const tell = (what: string): void => {
    void (globalThis as unknown as { keptHere: (what: string) => Promise<void> }).keptHere(what);
  };
  const setItem = Reflect.get(Storage.prototype, 'setItem');
  Storage.prototype.setItem = function (key, value) {
    tell(`storage ${key}`);
    setItem.call(this, key, value);
  };
  const open = Reflect.get(IDBFactory.prototype, 'open');
  IDBFactory.prototype.open = function (name, version) {
    tell(`database ${name}`);
    return open.call(this, name, version);
  };
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie,
    set(value: string) {
      tell(`cookie ${value}`);
      cookie?.set?.call(this, value);
    },
  });
}
