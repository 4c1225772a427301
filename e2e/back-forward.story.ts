import type { Page } from '@playwright/test';
import { expectSaid, shown } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';
import { launchOptions } from './playwright.config.ts';

// Playwright turns the back/forward cache off.
test.use({
  launchOptions: { ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] },
});

test('[RT-6] a page with the widget is restored from the back/forward cache, right within one fetch', async ({
  stage,
}) => {
  const server = await stage.server();
  const proxy = await stage.proxy(server);
  const elsewhere = await stage.website('<title>elsewhere</title>');
  const { visitor, agent } = await stage.conversation(proxy.url, server.url);
  await expectSaid(visitor.log, [firstMessage]);
  await leave(visitor.page, elsewhere.url);
  const openSockets = () =>
    proxy.exchanges.filter(({ upgrade, endedAt_ms }) => upgrade && endedAt_ms === undefined);
  await expect.poll(openSockets).toEqual([]);
  await agent.say('while you were away');
  // A page that asks before it is stored learns of it later, by the head.
  await expect(shown(agent.log, 'while you were away')).toHaveAttribute('data-state', 'sent');

  const before = proxy.exchanges.length;
  // A restored page is not loaded.
  await visitor.page.goBack({ waitUntil: 'commit' });
  expect(await whyNotRestored(visitor.page)).toBe(null);
  // Playwright has lost the frame: the page looks into it by itself.
  const seen = (text: string) => expect.poll(() => panelText(visitor.page)).toContain(text);
  await seen('while you were away');
  const fetched = proxy.exchanges.slice(before).map(({ path }) => path);
  expect(fetched.filter((path) => /conversation\/\d+$/.test(path))).toHaveLength(1);

  await visitor.page.evaluate(() => {
    const { Parley } = globalThis as unknown as { Parley: { sendMessage(text: string): void } };
    Parley.sendMessage('back again');
  });
  await expectSaid(agent.log, [firstMessage, 'while you were away', 'back again']);
  await agent.say('welcome back');
  await seen('welcome back');
});

function panelText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const root = document.querySelector('parley-chat')?.shadowRoot;
    return root?.querySelector('iframe')?.contentDocument?.body.textContent ?? '';
  });
}

// What only a signed-in agent may see is `no-store`, which keeps it from that cache: loaded anew.
test('[RT-6] an agent who comes back finds everything', async ({ stage }) => {
  const server = await stage.server();
  const elsewhere = await stage.website('<title>elsewhere</title>');
  const { visitor, agent } = await stage.conversation(server.url);
  await leave(agent.page, elsewhere.url);
  await visitor.say('while you were away');
  await agent.page.goBack();
  await expectSaid(agent.log, [firstMessage, 'while you were away']);
  await agent.say('back again');
  await expectSaid(visitor.log, [firstMessage, 'while you were away', 'back again']);
});

async function leave(page: Page, url: string): Promise<void> {
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      (globalThis as { restored?: boolean }).restored = persisted;
    });
  });
  await page.goto(url);
}

/** Null: it was restored. */
function whyNotRestored(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    if ((globalThis as { restored?: boolean }).restored === true) return null;
    const [navigation] = performance.getEntriesByType('navigation');
    const reasons = (navigation as { notRestoredReasons?: unknown } | undefined)
      ?.notRestoredReasons;
    return JSON.stringify(reasons ?? 'not told');
  });
}
