import { changeSite } from './harness/api.ts';
import { expectSaid, inbox, openFirstConversation, signInAgent } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test('a site that asks for name and e-mail first gets them with the first message', async ({
  stage,
}) => {
  const server = await stage.server();
  await changeSite(server.url, { settings: { prechat: 'required' } });
  const page = await stage.browser();
  // What the site asks comes later than a quick visitor's first Enter.
  const late = Promise.withResolvers<void>();
  await page.route('**/api/chatbot/init', async (route) => {
    await late.promise;
    await route.continue();
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

  const agentPage = await stage.browser();
  await signInAgent(agentPage, server.url);
  await expect(inbox(agentPage)).toContainText('Maria <b>Silva</b>');
  await openFirstConversation(agentPage);
  await expect(agentPage.getByText('maria@shop.example').first()).toBeVisible();
});
