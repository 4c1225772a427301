import { violations } from './harness/axe.ts';
import { changeSite, must, newAgent } from './harness/api.ts';
import { expectSaid, signIn } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test('a message of the site comes by itself, once, and whoever answers it begins there', async ({
  stage,
}) => {
  const server = await stage.server();
  const text = 'Questions about <b>shipping</b>?';
  await changeSite(server.url, {
    settings: {
      appearance: { launcher_text: 'Ask us' },
      proactive: [
        { page: '/elsewhere*', after_s: 0, text: 'Not here' },
        { page: '/chatbot-test.html?now*', after_s: 1, text },
        { page: '/chatbot-test.html?plans', after_s: 1, text },
      ],
    },
  });
  const page = await stage.browser({ locale: 'en-GB' });
  const begun: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/chatbot/init')) begun.push(request.url());
  });
  await page.goto(`${server.url}/chatbot-test.html?now`);
  const launcher = page.getByRole('button', { name: 'Open chat' });
  await expect(launcher).toContainText('Ask us');
  const panel = page.frameLocator('iframe[title="Chat"]');
  const teaser = panel.getByRole('button', { name: text });
  await expect(teaser).toBeVisible();
  expect(
    await page.locator('iframe[title="Chat"]').evaluate((frame) => frame.clientHeight),
  ).toBeLessThan(140);
  expect(await violations(page)).toEqual([]);
  // Who only reads is no visitor yet.
  expect(begun).toEqual([]);

  await teaser.click();
  const composer = panel.getByRole('textbox', { name: 'Message', exact: true });
  await expect(composer).toBeFocused();
  await expect(panel.getByText(text)).toBeVisible();
  // Open, the launcher is the way to close it.
  await expect(page.getByText('Ask us')).toBeHidden();
  await composer.fill('Yes!');
  await composer.press('Enter');
  await expectSaid(panel.getByRole('log'), ['Yes!']);
  const agent = await newAgent(server.url);
  await expect
    .poll(async () => must(await agent.call('GET', '/admin/chatbot/1')))
    .toMatchObject({ conversation: { attributes: { 'Replied to': text } } });

  // Another visitor puts it away, and it stays away.
  const other = await stage.browser({ locale: 'en-GB' });
  const theirs = other.frameLocator('iframe[title="Chat"]');
  // A single-page application goes on to the page that is meant.
  await other.goto(`${server.url}/chatbot-test.html`);
  await expect(theirs.locator('#panel')).toBeAttached();
  await other.evaluate(() => history.pushState(null, '', '?plans'));
  await theirs.getByRole('button', { name: text }).focus();
  await other.keyboard.press('Escape');
  await expect(other.getByRole('button', { name: 'Open chat' })).toBeFocused();
  await expect(theirs.getByRole('button', { name: text })).toBeHidden();
  await other.reload();
  await expect(theirs.locator('#panel')).toBeAttached();
  await expect(other.getByRole('button', { name: 'Open chat' })).toBeVisible();
  await expect(theirs.getByText(text)).toHaveCount(0);

  // Who only reads is shown to agents where the site wants that, and may be spoken to first.
  await changeSite(server.url, { settings: { live_visitors: true, proactive: [] } });
  const desk = await stage.browser({ locale: 'en-GB' });
  await signIn(desk, server.url);
  await desk.goto(`${server.url}/admin/visitors`);
  await expect(desk.getByText('Nobody is here just now')).toBeVisible();
  const reader = await stage.browser({ locale: 'en-GB' });
  await reader.goto(`${server.url}/chatbot-test.html?reads`);
  await expect(desk.getByRole('cell', { name: '/chatbot-test.html?reads' })).toBeVisible();
  await reader.evaluate(() => history.pushState(null, '', '?goes-on'));
  await expect(desk.getByRole('cell', { name: '/chatbot-test.html?goes-on' })).toBeVisible();
  expect(await violations(desk)).toEqual([]);
  await desk.getByRole('button', { name: /^Start conversation with/ }).click();
  await desk.getByRole('textbox', { name: 'First words' }).fill('Can I help?');
  await desk.getByRole('button', { name: 'Start conversation', exact: true }).click();
  await expectSaid(desk.getByRole('log'), ['Can I help?']);
  await reader.getByRole('button', { name: 'Open chat' }).click();
  const spokenTo = reader.frameLocator('iframe[title="Chat"]');
  await expectSaid(spokenTo.getByRole('log'), ['Can I help?']);
});
