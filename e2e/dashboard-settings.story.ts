import { violations } from './harness/axe.ts';
import { inbox, signInAgent } from './harness/people.ts';
import { agentEmail, agentPassword } from './harness/server.ts';
import { expect, test } from './harness/story.ts';
import { totpCode } from './harness/totp.ts';

test('an owner gives the site its looks, invites a colleague, and signs in with a second factor', async ({
  stage,
}) => {
  const server = await stage.server({ env: { WEBHOOK_ALLOW_PRIVATE: '127.0.0.1' } });
  const page = await stage.browser();
  await signInAgent(page, server.url);

  // What is typed is seen at once, and by visitors once it is saved.
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  await page
    .getByRole('main')
    .getByRole('link', { name: /My site/ })
    .click();
  await page.getByRole('link', { name: 'Appearance' }).click();
  await page.getByLabel('Heading').fill('Ask the chair people');
  await expect(page.locator('figure')).toContainText('Ask the chair people');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  // What is said by itself, and in the site's own words, beside a picture of it.
  await page.getByRole('link', { name: 'Proactive' }).click();
  await page.getByRole('button', { name: 'Add a message' }).click();
  await page.getByLabel('Text', { exact: true }).fill('Which chair is yours?');
  await expect(page.locator('figure')).toContainText('Which chair is yours?');
  await page.getByLabel('Page', { exact: true }).fill('/nowhere');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'Words' }).click();
  await page.getByLabel('Write a message…').fill('Ask away…');
  await expect(page.locator('figure')).toContainText('Ask away…');
  await page.getByLabel('Find a text').fill('emoji');
  await expect(page.getByLabel('No emoji found')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  // What visitors have to agree to first.
  await page.getByRole('link', { name: 'Security' }).click();
  await page.getByLabel('Ask before the chat').click();
  await page.getByLabel('What visitors agree to').fill('We keep <b>what you write</b>.');
  await page.getByLabel('Address of your privacy policy').fill(`${server.url}/up`);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  const visitor = await stage.browser();
  await visitor.goto(`${server.url}/chatbot-test.html`);
  await visitor.getByRole('button', { name: 'Open chat' }).click();
  const panel = visitor.frameLocator('iframe[title="Chat"]');
  await expect(panel.getByText('We keep <b>what you write</b>.')).toBeVisible();
  await expect(panel.getByRole('link', { name: 'Privacy policy' })).toHaveAttribute(
    'href',
    `${server.url}/up`,
  );
  await panel.getByRole('button', { name: 'Agree and start' }).click();
  await expect(panel.getByRole('textbox', { name: 'Message', exact: true })).toHaveAttribute(
    'placeholder',
    'Ask away…',
  );
  await expect(panel.getByRole('heading', { level: 1 })).toHaveText('Ask the chair people');

  // A link makes an agent of whoever holds it, once.
  await page.getByRole('link', { name: 'Agents' }).click();
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('Email address').fill('grace@agents.example');
  await page.getByRole('button', { name: 'Create invitation' }).click();
  const link = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
  expect(await violations(page)).toEqual([]);
  const colleague = await stage.browser();
  await colleague.goto(link);
  await colleague.getByLabel('Your name').fill('Grace');
  await colleague.getByLabel('New password').fill('a long password');
  await colleague.getByRole('button', { name: 'Join' }).click();
  await expect(inbox(colleague)).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  // A webhook, its secret told once, and what became of a test: the server itself wants none.
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('button', { name: 'New webhook' }).click();
  // What is wrong with a field is said there, once, and the keyboard is taken to it.
  const address = page.getByLabel('Address');
  await address.fill('no address');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(address).toBeFocused();
  await expect(address).toHaveAccessibleDescription(/http/);
  await expect(page.getByRole('dialog').getByRole('alert')).toHaveCount(0);
  await address.fill(`${server.url}/api/chatbot/init`);
  await page.getByLabel('Conversation rated').check();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByRole('dialog', { name: 'Secret' }).locator('code')).toHaveText(
    /^whsec_\S{44}$/,
  );
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('link', { name: /3 events/ }).click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  const delivery = page.locator('details');
  await expect(delivery).toContainText('Failed · 401');
  await delivery.locator('summary').click();
  await expect(delivery).toContainText('invalid_site_token');
  expect(await violations(page)).toEqual([]);

  // What is deleted is gone for everybody, so it is asked first.
  await page.getByRole('link', { name: 'Labels' }).click();
  await page.getByRole('button', { name: 'New label' }).click();
  await page.getByLabel('Name of the label').fill('Refund');
  await page.getByRole('button', { name: 'Create label' }).click();
  await page.getByRole('button', { name: 'Delete the label Refund' }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No labels yet')).toBeVisible();

  // How the server is.
  await page.getByRole('link', { name: 'System' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Database' })).toContainText(
    server.databaseUrl === null ? 'SQLite' : 'PostgreSQL',
  );
  expect(await violations(page)).toEqual([]);

  // A second factor, and with it the next sign-in.
  await page.getByRole('link', { name: 'Profile and sign-in' }).click();
  await page.getByRole('button', { name: 'Set up' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill(agentPassword);
  await dialog.getByRole('button', { name: 'Next' }).click();
  const secret = (await dialog.locator('code').textContent()) ?? '';
  await dialog.getByLabel('Code of the app').fill(totpCode(secret, Date.now()));
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  await dialog.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('On, with 10 recovery codes left')).toBeVisible();

  // What is wrong with a new password is said once, at its field.
  await page.getByLabel('Current password').fill(agentPassword);
  await page.getByLabel('New password').fill('x'.repeat(1_001));
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('New password')).toBeFocused();
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/1,?000/);
  await expect(page.getByRole('alert')).toHaveCount(0);

  // The language goes with the agent: what is in English there before, too.
  await page.getByLabel('Your name').fill('Half a na');
  await page.getByLabel('Language of the dashboard').selectOption('Deutsch');
  await expect(page.getByRole('heading', { name: 'Profil und Anmeldung' })).toBeVisible();
  await expect(page.getByLabel('Ihr Name')).toHaveValue('Half a na');
  await expect(page.getByRole('navigation', { name: 'Seiten von Parley' })).toBeVisible();
  await expect(page.getByText('Ein, noch 10 Wiederherstellungscodes')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'System' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Datenbank' })).toContainText(
    'auf dem neuesten Stand',
  );

  const again = await stage.browser();
  await again.goto(`${server.url}/admin`);
  await again.getByLabel('Email').fill(agentEmail);
  await again.getByLabel('Password').fill(agentPassword);
  await again.getByRole('button', { name: 'Sign in' }).click();
  // Each code opens once: the next one, which is good a little early.
  await again.getByLabel('Code').fill(totpCode(secret, Date.now() + 30_000));
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(again.getByRole('button', { name: 'Konto und Einstellungen' })).toBeVisible();
});
