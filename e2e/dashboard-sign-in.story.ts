import type { Page } from '@playwright/test';
import { newVisitor } from './harness/api.ts';
import { violations } from './harness/axe.ts';
import { inbox } from './harness/people.ts';
import { agentEmail, agentPassword } from './harness/server.ts';
import { expect, test } from './harness/story.ts';

async function submit(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('signing in leads to the page that was asked for, and back to it when the session ends', async ({
  stage,
}) => {
  const server = await stage.server();
  await (await newVisitor(server.url)).send('good morning');
  const page = await stage.browser();
  await page.goto(`${server.url}/admin/chatbot/1?status=all`);
  const read = page.waitForResponse((answer) => answer.url().endsWith('/mark-read'));
  await submit(page, agentEmail, agentPassword);
  await expect(page.getByRole('log')).toContainText('good morning');
  expect(new URL(page.url()).pathname).toBe('/admin/chatbot/1');
  expect(new URL(page.url()).searchParams.get('status')).toBe('all');

  const composer = page.getByRole('textbox', { name: 'Reply', exact: true });
  const typing = page.waitForResponse((answer) => answer.url().endsWith('/typing'));
  await composer.fill('half a thought');
  await Promise.all([read, typing]);
  await page.context().clearCookies();
  // Whatever else is asked for without the cookie may end the session before the click does.
  const signedOut = page.getByText('You are signed out.');
  await page.getByRole('button', { name: 'Resolve' }).or(signedOut).click();
  await expect(signedOut).toBeVisible();
  await submit(page, agentEmail, agentPassword);
  await expect(composer).toHaveValue('half a thought');

  // Another language, as another tab chooses it, is spoken by all that is drawn already.
  await page.evaluate(() => {
    localStorage.setItem('parley.language', 'de');
    window.dispatchEvent(new StorageEvent('storage', { key: 'parley.language' }));
  });
  await expect(page.getByRole('list', { name: 'Gespräche' })).toContainText('Besucher');
  await expect(page.getByRole('log')).toContainText('Heute');
  await expect(page.getByRole('textbox', { name: 'Antwort' })).toHaveValue('half a thought');
});

test('[SEC-4] a refused sign-in says why, and the wait after too many', async ({ stage }) => {
  const server = await stage.server({ env: { RATE_LIMITS: 'on' } });
  const page = await stage.browser();
  await page.goto(`${server.url}/admin`);
  // The words of another language come when they are wanted; so do its refusals.
  await page.getByLabel('Password').fill('half a password');
  await page.getByLabel('Language').selectOption('Deutsch');
  await expect(page.getByRole('heading', { name: 'Bei Parley anmelden' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  // What was filled in half stays.
  await expect(page.getByLabel('Passwort', { exact: true })).toHaveValue('half a password');
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await expect(page.getByLabel('E-Mail')).toHaveAccessibleDescription(
    'Geben Sie Ihre E-Mail-Adresse ein.',
  );
  await page.getByLabel('Sprache').selectOption('English');
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription('Enter your email address.');

  // A new password by mail, where the server can send one; and behind a link that is none.
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  // Before it comes, the field of the same name is that of the sign-in.
  await expect(page.getByRole('heading', { name: 'A new password' })).toBeVisible();
  await page.getByLabel('Email').fill(agentEmail);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('This server mails no links.')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.goto('about:blank');
  await page.goto(`${server.url}/admin/password-reset#1.2.3`);
  await page.getByLabel('New password').fill('a new long password');
  // Neither that nor the token, which no address shows any more, is lost by it.
  await page.getByLabel('Language').selectOption('Deutsch');
  await expect(page).toHaveTitle('Neues Passwort');
  await page.getByLabel('Sprache').selectOption('English');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByText('This link was used, or is too old.')).toBeVisible();
  expect(page.url()).not.toContain('#');
  await page.getByRole('link', { name: 'To the sign-in' }).click();

  await submit(page, agentEmail, 'wrong');
  const alert = page.getByRole('alert');
  await expect(alert).toHaveText('This email address and password do not match.');
  await expect(page.getByLabel('Password')).toBeFocused();
  expect(await violations(page)).toEqual([]);

  await submit(page, 'nobody@parley.example', 'wrong');
  await expect(alert).toHaveText('This email address and password do not match.');
  for (let attempt = 0; attempt < 15; attempt += 1) {
    await submit(page, agentEmail, `wrong ${attempt}`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toHaveAttribute(
      'aria-disabled',
      'false',
    );
    if ((await alert.textContent())?.startsWith('Too many') === true) break;
  }
  await expect(alert).toContainText(/Too many attempts\. Try again in \d+ (seconds?|minutes?)\./);
});

test('[SEC-4] signing in never leads to another origin', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser();
  await page.goto(`${server.url}/admin/login?to=//evil.example/x`);
  await submit(page, agentEmail, agentPassword);
  await expect(inbox(page)).toBeVisible();
  expect(new URL(page.url()).origin).toBe(server.url);
});

test('signing out ends the session in the page and at the server', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser();
  await page.goto(`${server.url}/admin`);
  await submit(page, agentEmail, agentPassword);
  await page.getByRole('button', { name: 'Account and settings' }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Password')).toBeVisible();
  const me = await page.request.get(`${server.url}/admin/me`);
  expect(me.status()).toBe(401);
});

test('[SEC-5] signing out in one tab is felt in the other, and signing in, without a click there', async ({
  stage,
}) => {
  const server = await stage.server();
  const first = await stage.browser();
  await first.goto(`${server.url}/admin`);
  await submit(first, agentEmail, agentPassword);
  await expect(first.getByRole('button', { name: 'Account and settings' })).toBeVisible();
  const second = await first.context().newPage();
  await second.goto(`${server.url}/admin`);
  await expect(second.getByRole('status', { name: 'Connection' })).toContainText('reverb');
  await first.getByRole('button', { name: 'Account and settings' }).click();
  await first.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(second.getByLabel('Password')).toBeVisible({ timeout: 10_000 });
  await submit(first, agentEmail, agentPassword);
  await expect(second.getByRole('status', { name: 'Connection' })).toContainText('reverb');
});
