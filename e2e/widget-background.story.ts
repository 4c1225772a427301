import type { BrowserContext, Page } from '@playwright/test';
import {
  connectionOfAgent,
  inbox,
  openFirstConversation,
  openVisitor,
  shown,
  signInAgent,
} from './harness/people.ts';
import { expect, test } from './harness/story.ts';

interface Watched {
  away: boolean;
  sounds: number;
  notified: string[];
  /** As a person clicks on what was shown last. */
  clickLast: () => void;
}

/** Puts the page behind others, and back: no test browser does that to a page. */
async function leave(page: Page, away: boolean): Promise<void> {
  for (const frame of page.frames()) {
    await frame.evaluate((now) => {
      (globalThis as unknown as Watched).away = now;
      document.dispatchEvent(new Event('visibilitychange'));
    }, away);
  }
}

const countIn = async (page: Page, what: 'sounds' | 'notified'): Promise<number> => {
  const counts = await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate((name) => {
        const found = (globalThis as unknown as Watched)[name];
        return typeof found === 'number' ? found : found.length;
      }, what),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** Notes what each page sounds and shows, from its load on. */
async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const watched = Object.assign(globalThis as unknown as Watched, {
      away: false,
      sounds: 0,
      notified: [],
      clickLast: () => undefined,
    });
    const state = (): string => (watched.away ? 'hidden' : 'visible');
    Object.defineProperty(document, 'visibilityState', { get: state });
    HTMLMediaElement.prototype.play = () => {
      watched.sounds += 1;
      return Promise.resolve();
    };
    globalThis.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        watched.notified.push(`${title}: ${options?.body}`);
        watched.clickLast = () => void this.dispatchEvent(new Event('click'));
      }
    };
  });
}

/** Pages of the dashboard that say they are looked at. */
const lookedAt = (tab: Page): Promise<number> =>
  tab.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name === 'parley.looked-at').length;
  });

test('[RT-6] in the background: an answer is told by title, a notification without its text, and one sound of two tabs; a question by one notification of two dashboards, which opens it', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser({ locale: 'en-GB', permissions: ['notifications'] });
  await watch(page.context());
  const visitor = await openVisitor(page, server.url);
  await visitor.say('Hello?');
  await visitor.panel.getByRole('button', { name: 'Options' }).click();
  await visitor.panel.getByRole('menuitemcheckbox', { name: 'Notify me of answers' }).click();
  await visitor.panel.getByRole('button', { name: 'Options' }).click();
  await expect(
    visitor.panel.getByRole('menuitemcheckbox', { name: 'Notify me of answers' }),
  ).toBeChecked();
  // Not by Escape: a key that is faster than the menu's focus closes the chat.
  await visitor.panel.getByRole('button', { name: 'Options' }).click();
  await expect(visitor.panel.getByRole('menu')).toBeHidden();
  const second = await page.context().newPage();
  await openVisitor(second, server.url);
  await expect(shown(visitor.log, 'Hello?')).toHaveAttribute('data-state', /sent|read/);

  const own = await page.title();
  await leave(page, true);
  await leave(second, true);
  const agentPage = await stage.browser({ locale: 'en-GB', permissions: ['notifications'] });
  await watch(agentPage.context());
  await signInAgent(agentPage, server.url);
  const agent = await openFirstConversation(agentPage);
  await agent.say('A secret answer');
  await expect.poll(() => page.title()).toBe('1 new message');
  await expect
    .poll(async () => (await countIn(page, 'sounds')) + (await countIn(second, 'sounds')))
    .toBe(1);
  const notified = await page.evaluate(() => (globalThis as unknown as Watched).notified);
  expect(notified.join()).toMatch(/: 1 new message$/);
  expect(notified.join()).not.toContain('secret');

  await leave(page, false);
  await expect.poll(() => page.title()).toBe(own);

  // Two tabs of the agent; nobody looks at the first.
  const list = await agentPage.context().newPage();
  for (const tab of [agentPage, list]) {
    await tab.goto(`${server.url}/admin/chatbot`);
    await expect(connectionOfAgent(tab)).toHaveText('Live · reverb');
  }
  await expect.poll(() => lookedAt(list)).toBe(2);
  await leave(agentPage, true);
  await expect.poll(() => lookedAt(list)).toBe(1);
  // One that is looked at keeps the others silent.
  await visitor.say('You see this');
  await expect(inbox(list)).toContainText('You see this');
  await expect(inbox(agentPage)).toContainText('You see this');
  // Its questions are answered in their order: the one whether to ring has been, before anyone leaves.
  await lookedAt(agentPage);
  await leave(list, true);
  await expect.poll(() => lookedAt(list)).toBe(0);
  await visitor.say('Are you there?');
  const rung = async () =>
    (
      await Promise.all(
        [agentPage, list].map((tab) =>
          tab.evaluate(() => (globalThis as unknown as Watched).notified),
        ),
      )
    ).flat();
  await expect.poll(rung).toEqual(['Visitor 1: Are you there?']);
  await expect(inbox(list)).toContainText('Are you there?');
  for (const tab of [agentPage, list])
    await tab.evaluate(() => (globalThis as unknown as Watched).clickLast());
  const opened = () => [agentPage, list].filter((tab) => tab.url().endsWith('/chatbot/1'));
  await expect.poll(() => opened().length).toBe(1);
  expect(await rung()).toHaveLength(1);
});
