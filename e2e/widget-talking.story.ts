import { violations } from './harness/axe.ts';
import { changeSite } from './harness/api.ts';
import { openFirstConversation, openVisitor, shown, signInAgent } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

// Nobody listens there: what is asked for waits.
const mail = { MAIL_HOST: '127.0.0.1', MAIL_PORT: '9', MAIL_FROM_ADDRESS: 'chat@shop.example' };

test('a visitor is told when somebody answers, leaves an address, rates the talk and has it sent', async ({
  stage,
}) => {
  const server = await stage.server({ env: mail });
  await changeSite(server.url, {
    settings: {
      hours: { time_zone: 'UTC', times: [] },
      offline_message: 'We sleep. Leave your address!',
      typing_preview: true,
    },
  });
  const page = await stage.browser({ locale: 'en-GB' });
  const visitor = await openVisitor(page, server.url);
  const { panel, composer, log } = visitor;
  await expect(panel.getByText('We are away at the moment')).toBeVisible();
  await expect(panel.getByText('We sleep. Leave your address!')).toBeVisible();
  await expect(panel.getByText(/We see what you write/)).toBeVisible();

  // An emoji by the keyboard alone, where the caret is.
  await composer.fill('Hi!');
  await composer.press('ArrowLeft');
  await panel.getByRole('button', { name: 'Emoji' }).click();
  await panel.getByRole('searchbox', { name: 'Search emoji' }).fill('wave');
  await expect(panel.getByRole('button', { name: 'wave hello bye' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(composer).toHaveValue('Hi👋!');
  await expect(composer).toBeFocused();
  await composer.press('Enter');
  await expect(shown(log, 'Hi👋!')).toBeVisible();

  // What is asked, now that there is something to answer.
  const email = panel.getByRole('textbox', { name: 'Email' });
  await email.fill('nobody');
  await email.press('Enter');
  await expect(panel.getByRole('alert')).toContainText(/check this email/);
  await expect(email).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await email.fill('maria@shop.example');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(email).toBeHidden();

  const agentPage = await stage.browser();
  await signInAgent(agentPage, server.url);
  const agent = await openFirstConversation(agentPage);
  await expect(agentPage.getByText('maria@shop.example').first()).toBeVisible();
  await composer.pressSequentially('What I am wri');
  await expect(agentPage.getByText('What I am wri').first()).toBeVisible();
  await composer.fill('');
  await agent.say('Good night');
  await expect(shown(log, 'Good night')).toBeVisible();
  await visitor.say('Bye');

  // The talk by email, to that address.
  await panel.getByRole('button', { name: 'Options' }).click();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('textbox', { name: 'Email' })).toHaveValue('maria@shop.example');
  await page.keyboard.press('Enter');
  await expect(panel.getByText('On its way to maria@shop.example.')).toBeVisible();
  await panel.getByRole('button', { name: 'Done' }).click();

  // Resolved: the question comes, and the answer reaches the agent as text.
  await agentPage.getByRole('button', { name: 'Resolve', exact: true }).click();
  await panel.getByRole('radio', { name: 'Good', exact: true }).check();
  expect(await violations(page)).toEqual([]);
  await panel.getByRole('textbox', { name: /like to add/ }).fill('<b>Quick</b> help');
  await panel.getByRole('button', { name: 'Submit rating' }).click();
  await expect(panel.getByText('Thank you for your rating.')).toBeVisible();
  await expect(agentPage.getByRole('img', { name: '4 of 5' }).first()).toBeVisible();
  await expect(agentPage.getByText('<b>Quick</b> help').first()).toBeVisible();
});

test('[SYNC-9] a first message that is written offline waits, though nothing asked was answered, and looks as any when it is sent', async ({
  stage,
}) => {
  const server = await stage.server();
  await changeSite(server.url, { settings: { prechat: 'optional' } });
  const page = await stage.browser();
  const visitor = await openVisitor(page, server.url);
  const { panel, composer, log } = visitor;
  await expect(panel.getByLabel('Name')).toBeVisible();
  // What shows messages is loaded with the first key: scripts and styles both fail to come.
  await page.context().setOffline(true);
  await visitor.say('Are you there?');
  await expect(composer).toHaveValue('');
  await page.context().setOffline(false);
  const message = shown(log, 'Are you there?');
  await expect(message).toHaveAttribute('data-state', 'sent');
  const [bubble, whole] = await Promise.all([
    message.getByText('Are you there?').boundingBox(),
    log.boundingBox(),
  ]);
  // One's own stand at the other side; without styles all begins where one reads from.
  expect(bubble?.x).toBeGreaterThan((whole?.x ?? 0) + (whole?.width ?? 0) / 2);
});
