import type { Page } from '@playwright/test';
import { expectSaid, openChat, openVisitor } from './harness/people.ts';
import { siteToken } from './harness/server.ts';
import { expect, test } from './harness/story.ts';

const launcher = (page: Page) => page.getByRole('button', { name: 'Open chat' });
const panelFrame = (page: Page) => page.locator('iframe[title="Chat"]');

/** What a script can see that the widget was here. */
const traces = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => [
    ...Object.getOwnPropertyNames(globalThis).filter((name) => !/^\d+$/.test(name)),
    ...Array.from(document.querySelectorAll('html, html > *'), ({ tagName, attributes }) =>
      [tagName, ...Array.from(attributes, ({ name, value }) => `${name}=${value}`)].join(' '),
    ),
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
  ]);

test('calls before the load are made, a second load changes nothing, destroy leaves nothing', async ({
  stage,
}) => {
  const server = await stage.server();
  const website = await stage.website(`<!doctype html><html lang="en"><title>A shop</title><body>
    <script>
      window.heard = [];
      window.onmessage = () => {};
      window.mine = window.onmessage;
    </script>`);
  const page = await stage.browser();
  await page.goto(website.url);
  const before = await traces(page);
  await page.evaluate(() => {
    const shop = globalThis as unknown as { Parley: unknown[][]; heard: string[] };
    const { heard } = shop;
    const calls: unknown[][] = [];
    shop.Parley = calls;
    calls.push(
      ['on', 'ready', () => heard.push('ready')],
      // Somebody still holds the list when the widget has come, and makes a call with it.
      ['on', 'ready', () => calls.push(['on', 'close', () => heard.push('closed')])],
      ['on', 'open', () => heard.push('open')],
      ['on', 'close', () => heard.push('close')],
      ['open'],
    );
  });
  const script = { url: `${server.url}/chatbot-widget.js` };
  const load = (): Promise<void> =>
    page.evaluate(
      ({ src, token }) =>
        new Promise<void>((resolve, reject) => {
          const tag = document.createElement('script');
          tag.src = src;
          tag.dataset['token'] = token;
          tag.addEventListener('load', () => {
            tag.remove();
            resolve();
          });
          tag.addEventListener('error', () => reject(new Error('not loaded')));
          document.head.append(tag);
        }),
      { src: script.url, token: siteToken },
    );
  await load();
  await load();

  const panel = page.frameLocator('iframe[title="Chat"]');
  await expect(panel.getByRole('textbox', { name: 'Message', exact: true })).toBeFocused();
  await expect(panelFrame(page)).toHaveCount(1);
  await expect(launcher(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(launcher(page)).toBeFocused();
  expect(await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)).toEqual([
    'open',
    'ready',
    'close',
    'closed',
  ]);

  const kept = await page.evaluate(() => {
    const shop = globalThis as unknown as { mine: unknown; Parley: { destroy(): void } };
    shop.Parley.destroy();
    return globalThis.onmessage === shop.mine;
  });
  expect(kept).toBe(true);
  expect(await traces(page)).toEqual(before);

  await load();
  await expect(launcher(page)).toBeVisible();
});

test('[SEC-3] a frame of somebody else cannot speak for the panel, nor the page to it in rubbish', async ({
  stage,
}) => {
  const server = await stage.server();
  const stranger = await stage.website(`<!doctype html><script>
    for (const message of [
      { type: 'close' }, { type: 'ready' },
      { type: 'appearance', color: '#ff0000', position: 'left', theme: 'dark' },
      { type: 'message', id: 1, seq: 1, sender_type: 'agent', sender_name: 'Eve' },
      { type: 'state', realtimeProvider: 'polling', realtimeConnected: true,
        channelSubscription: null, unread: 7, unreadText: '7', known: true },
    ]) parent.postMessage({ parley: 1, ...message }, '*');
    parent.postMessage('done', '*');
  </script>`);
  const website = await stage.website(`<!doctype html><html lang="en"><title>A shop</title>
    <script async src="${server.url}/chatbot-widget.js" data-token="${siteToken}"></script>`);
  const page = await stage.browser();
  const visitor = await openVisitor(page, website.url, '/');
  await visitor.say('hello');
  await expect(visitor.log.locator('[data-state="sent"]')).toBeVisible();
  const look = (): Promise<unknown> =>
    page.evaluate(() => {
      const { state } = (globalThis as unknown as { Parley: { state: object } }).Parley;
      const host = document.querySelector('parley-chat');
      return [
        { ...state },
        host?.className,
        host instanceof HTMLElement && host.style.getPropertyValue('--fill'),
        Object.entries(localStorage),
      ];
    });
  const before = await look();

  await page.evaluate(
    (src) =>
      new Promise<void>((resolve) => {
        addEventListener('message', ({ data }) => {
          if (data === 'done') resolve();
        });
        const frame = document.createElement('iframe');
        frame.src = src;
        document.body.append(frame);
      }),
    stranger.url,
  );
  expect(await look()).toEqual(before);

  // The other way: only what the loader says counts, even from the page that may speak to the panel.
  await panelFrame(page).evaluate((frame) => {
    const { contentWindow } = frame as HTMLIFrameElement;
    for (const rubbish of [null, 1, 'reset', {}, { parley: 1 }, { parley: 1, type: 'shown' }])
      contentWindow?.postMessage(rubbish, '*');
  });
  await visitor.say('still here');
  await expectSaid(visitor.log, ['hello', 'still here']);
});

test('the conversation is there after a reload and in a second tab, where browsers refuse storage to frames', async ({
  stage,
}) => {
  const server = await stage.server();
  const website = await stage.website(`<!doctype html><html lang="en"><title>A shop</title>
    <script async src="${server.url}/chatbot-widget.js" data-token="${siteToken}"></script>`);
  const page = await stage.browser();
  const visitor = await openVisitor(page, website.url, '/');
  await visitor.say('remember me');
  await expect(visitor.log.locator('[data-state="sent"]')).toBeVisible();
  // The premise: this browser gives frames of other sites no storage.
  const panel = page.frames().find((frame) => frame.url().includes('/widget/panel.html'));
  await expect(panel?.evaluate(() => localStorage.length)).rejects.toThrow('SecurityError');

  await page.reload();
  await expectSaid((await openChat(page)).log, ['remember me']);
  const second = await openVisitor(await page.context().newPage(), website.url, '/');
  await expectSaid(second.log, ['remember me']);
  await second.say('from the second tab');
  await expectSaid(visitor.log, ['remember me', 'from the second tab']);
});

test('the conversation outlives a reload where frames get neither storage nor cookies', async ({
  stage,
}) => {
  const server = await stage.server();
  const website = await stage.website(`<!doctype html><html lang="en"><title>A shop</title>
    <script async src="${server.url}/chatbot-widget.js" data-token="${siteToken}"></script>`);
  const page = await stage.browser();
  await page.addInitScript(() => {
    Object.defineProperty(Document.prototype, 'cookie', { value: '' });
  });
  const visitor = await openVisitor(page, website.url, '/');
  await visitor.say('remember me');
  await expect(visitor.log.locator('[data-state="sent"]')).toBeVisible();
  await page.reload();
  const again = await openChat(page);
  await expectSaid(again.log, ['remember me']);
  const kept = () => page.evaluate(() => JSON.stringify(Object.values(localStorage)));
  const token = /parley:visitor:[^"]+"[^"]+"([\w-]+)/.exec(await kept())?.[1] ?? '';
  expect(token).not.toBe('');
  await page.evaluate(() =>
    (globalThis as unknown as { Parley: { reset(): void } }).Parley.reset(),
  );
  await expect(again.log.locator('[data-message]')).toHaveCount(0);
  await expect.poll(kept).not.toContain(token);
});

test('on a phone the panel fills the screen; the way back closes it and leaves the page alone', async ({
  stage,
}) => {
  const server = await stage.server();
  const website = await stage.website(`<!doctype html><html lang="en"><title>A shop</title>
    <meta name="viewport" content="width=device-width">
    <script>
      history.replaceState({ route: 1 }, '');
      window.heard = [];
      addEventListener('popstate', () => heard.push(JSON.stringify(history.state)));
      const { pushState } = history;
      history.pushState = (...args) => { heard.push('visit'); pushState.apply(history, args); };
    </script>
    <script async src="${server.url}/chatbot-widget.js" data-token="${siteToken}"></script>
    <body>${'<p>words of the page'.repeat(90)}`);
  const page = await stage.browser({
    viewport: { width: 390, height: 700 },
    hasTouch: true,
    isMobile: true,
  });
  await page.goto(`${website.url}/catalogue`);
  const { panel, composer } = await openVisitor(page, website.url, '/chairs');
  const screen = { x: 0, y: 0, width: 390, height: 700 };
  await expect.poll(() => panelFrame(page).boundingBox()).toEqual(screen);
  await expect(launcher(page)).toBeHidden();
  await expect(page.locator('html')).toHaveCSS('overflow', 'hidden');
  // Who magnifies the page magnifies the panel with it, and what is left to see is not its size.
  const device = await page.context().newCDPSession(page);
  await device.send('Emulation.setPageScaleFactor', { pageScaleFactor: 2 });
  await expect.poll(() => page.evaluate(() => visualViewport?.height)).toBe(350);
  expect((await panelFrame(page).boundingBox())?.height).toBe(700);
  await device.send('Emulation.setPageScaleFactor', { pageScaleFactor: 1 });
  // On its side there is less room than a small panel would need.
  await page.setViewportSize({ width: 700, height: 390 });
  await expect
    .poll(() => panelFrame(page).boundingBox())
    .toEqual({ x: 0, y: 0, width: 700, height: 390 });
  await expect(composer).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 390, height: 700 });

  await page.goBack();
  await expect(launcher(page)).toBeVisible();
  await expect(launcher(page)).toBeFocused();
  await expect(page.locator('html')).toHaveCSS('overflow', 'visible');
  await launcher(page).tap();
  await expect(composer).toBeFocused();
  await expect(page.locator('html')).toHaveCSS('overflow', 'hidden');
  await panel.getByRole('button', { name: 'Close chat' }).tap();
  await expect(launcher(page)).toBeVisible();
  const history = (): Promise<unknown> =>
    page.evaluate(() => [
      globalThis.history.state as unknown,
      // Twice it may hear, that it is where it was.
      [...new Set((globalThis as unknown as { heard: string[] }).heard)],
    ]);
  await expect.poll(history).toEqual([{ route: 1 }, ['{"route":1}']]);
  expect(page.url()).toBe(`${website.url}/chairs`);
  await page.goBack();
  expect(page.url()).toBe(`${website.url}/catalogue`);
});

test('the script API does what it says', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser();
  await page.goto(`${server.url}/chatbot-test.html`);
  await expect(launcher(page)).toBeVisible();
  const call = (method: string, ...args: readonly unknown[]): Promise<void> =>
    page.evaluate(
      ([name, values]) => {
        const { Parley } = globalThis as unknown as { Parley: { push(call: unknown[]): void } };
        Parley.push([name, ...values]);
      },
      [method, args] as const,
    );

  await call('hide');
  await expect(launcher(page)).toBeHidden();
  await call('show');
  await expect(launcher(page)).toBeVisible();

  await call('setVisitor', { name: 'Maria', email: 'maria@shop.example' });
  await call('setLocale', 'de-AT');
  await call('setTheme', 'dark');
  await call('sendMessage', 'sent by the page');
  await expect(page.getByRole('button', { name: 'Chat öffnen' })).toBeVisible();
  await call('open');
  const panel = page.frameLocator('iframe[title="Chat"]');
  await expect(panel.getByRole('textbox', { name: 'Nachricht', exact: true })).toBeFocused();
  await expect(panel.locator('html')).toHaveCSS('color-scheme', 'dark');
  await expect(panel.locator('html')).toHaveAttribute('lang', 'de-AT');
  await expectSaid(panel.getByRole('log'), ['sent by the page']);
  await expect(panel.locator('[data-state="sent"]')).toBeVisible();

  await call('reset');
  await expect(panel.locator('[data-message]')).toHaveCount(0);
  await call('setLocale', 'en');
  await page.reload();
  const visitor = await openChat(page);
  await visitor.say('another person');
  await expectSaid(visitor.log, ['another person']);
});
