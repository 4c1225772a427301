import type { Frame, Page } from 'puppeteer-core';
import { launchFirefox } from './harness/firefox.ts';
import { expectSaid, openFirstConversation, shown, signInAgent } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test('in Firefox: the launcher, a conversation over the WebSocket, a reload, and from right to left', async ({
  stage,
}) => {
  const firefox = await launchFirefox();
  if (firefox === null) console.warn('NOT RUN: no Firefox here. Install it, or set FIREFOX_PATH.');
  test.skip(firefox === null, 'no Firefox here');
  if (firefox === null) return;
  try {
    const server = await stage.server();
    const page = await firefox.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${server.url}/chatbot-test.html`);
    let panel = await openChat(page);
    await panel.locator('textarea').fill('hello from Firefox');
    await page.keyboard.press('Enter');
    await panel.waitForSelector('[data-message][data-state="sent"]');

    const agentPage = await stage.browser();
    await signInAgent(agentPage, server.url);
    const agent = await openFirstConversation(agentPage);
    await expectSaid(agent.log, ['hello from Firefox']);
    await expect.poll(() => providerOf(page)).toBe('reverb');
    await agent.say('hello back');
    await panel.waitForSelector('::-p-text(hello back)');
    // Somebody looks at it there (SYNC-12).
    await expect(shown(agent.log, 'hello back')).toHaveAttribute('data-state', 'read');

    await page.reload();
    panel = await openChat(page);
    await panel.waitForSelector('::-p-text(hello back)');
    await page.evaluate(() => {
      (globalThis as unknown as { Parley: { setLocale(locale: string): void } }).Parley.setLocale(
        'ar',
      );
    });
    await panel.waitForSelector('html[dir=rtl] textarea[aria-label="رسالة"]');
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.localName))
      .toBe('parley-chat');
    expect(errors).toEqual([]);
  } finally {
    await firefox.close();
  }
});

async function openChat(page: Page): Promise<Frame> {
  const launcher = await page.waitForSelector('parley-chat >>> button');
  // Once, and it is there: what tries a click again by itself would close the chat that it opened.
  await launcher?.click();
  const handle = await page.waitForSelector('parley-chat >>> iframe');
  const panel = await handle?.contentFrame();
  if (panel === null || panel === undefined) throw new Error('no panel');
  await panel.waitForSelector('textarea:focus');
  return panel;
}

const providerOf = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      (globalThis as unknown as { Parley: { state: { realtimeProvider: unknown } } }).Parley.state
        .realtimeProvider,
  );
