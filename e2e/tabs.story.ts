import type { Page } from '@playwright/test';
import {
  connectionOfAgent,
  expectSaid,
  messagesIn,
  openedConversation,
  openVisitor,
  type Person,
} from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';
import type { Proxy } from './harness/proxy.ts';

/** Sockets that are open now. */
const sockets = (proxy: Proxy): number =>
  proxy.exchanges.filter(({ upgrade, endedAt_ms }) => upgrade && endedAt_ms === undefined).length;

/** What a browser does to a tab that nobody looks at for minutes. */
async function setFrozen(page: Page, frozen: boolean): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: frozen ? 'frozen' : 'active' });
  await session.detach();
}

test('[RT-6] five tabs of a visitor, one connection; closed one by one, another takes over within seconds', async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const server = await stage.server();
  const proxy = await stage.proxy(server);
  const { visitor, agent } = await stage.conversation(proxy.url, server.url);
  const tabs: Person[] = [visitor];
  while (tabs.length < 5) {
    const page = await visitor.page.context().newPage();
    tabs.push(await openVisitor(page, proxy.url));
  }
  const said = [firstMessage];
  for (const [index, tab] of tabs.entries()) {
    await tab.say(`from tab ${index + 1}`);
    said.push(`from tab ${index + 1}`);
    await expectSaid(agent.log, said);
  }
  await agent.say('to all of them');
  said.push('to all of them');
  for (const { log } of tabs) await expectSaid(log, said);
  await expect.poll(() => sockets(proxy)).toBe(1);

  while (tabs.length > 1) {
    const [closed] = tabs.splice(0, 1);
    await closed?.page.close();
    await agent.say(`${tabs.length} left`);
    said.push(`${tabs.length} left`);
    for (const { log } of tabs) await expectSaid(log, said, 15_000);
    await expect.poll(() => sockets(proxy)).toBe(1);
  }
  await tabs[0]?.say('the last one');
  await expectSaid(agent.log, [...said, 'the last one']);
});

test('[RT-6] three tabs of an agent share one connection, each with its own conversation or the same', async ({
  stage,
}) => {
  test.setTimeout(120_000);
  const server = await stage.server();
  const proxy = await stage.proxy(server);
  const { visitor, agent } = await stage.conversation(server.url, proxy.url);
  const context = agent.page.context();
  const tabs: Person[] = [agent];
  while (tabs.length < 3) {
    const page = await context.newPage();
    await page.goto(agent.page.url());
    tabs.push(await openedConversation(page));
  }
  const said = [firstMessage];
  for (const [index, tab] of tabs.entries()) {
    await tab.say(`from tab ${index + 1}`);
    said.push(`from tab ${index + 1}`);
    for (const { log } of tabs) await expectSaid(log, said);
    await expectSaid(visitor.log, said);
  }
  await expect.poll(() => sockets(proxy)).toBe(1);
  for (const { page } of tabs) await expect(connectionOfAgent(page)).toContainText('reverb');
});

for (const side of ['visitor', 'agent'] as const) {
  test(`[RT-6] ${side}: the tab that leads is frozen; the other goes on, and both are right when it thaws`, async ({
    stage,
  }) => {
    test.setTimeout(120_000);
    const server = await stage.server();
    const { visitor, agent } = await stage.conversation(server.url);
    const [first, other] = side === 'visitor' ? [visitor, agent] : [agent, visitor];
    const page = await first.page.context().newPage();
    const second = await openAgain(page, side, server.url, first.page.url());
    await expectSaid(second.log, [firstMessage]);

    await setFrozen(first.page, true);
    await second.say('while the other tab is frozen');
    await expectSaid(other.log, [firstMessage, 'while the other tab is frozen']);
    await other.say('and back');
    const said = [firstMessage, 'while the other tab is frozen', 'and back'];
    await expectSaid(second.log, said);
    await expectSaid(other.log, said);

    await setFrozen(first.page, false);
    await expectSaid(first.log, said);
    await first.say('thawed');
    await expectSaid(other.log, [...said, 'thawed']);
    await expectSaid(second.log, [...said, 'thawed']);
  });

  test(`[RT-6] ${side}: alone and frozen, right again within one fetch when it thaws`, async ({
    stage,
  }) => {
    const server = await stage.server();
    const { visitor, agent } = await stage.conversation(server.url);
    const [first, other] = side === 'visitor' ? [visitor, agent] : [agent, visitor];
    await setFrozen(first.page, true);
    for (const text of ['one', 'two', 'three']) await other.say(text);
    await setFrozen(first.page, false);
    await expectSaid(first.log, [firstMessage, 'one', 'two', 'three'], 15_000);
  });

  test(`[SYNC-9] ${side}: offline for a while, in two tabs: nothing lost, nothing twice`, async ({
    stage,
  }) => {
    const server = await stage.server();
    const { visitor, agent } = await stage.conversation(server.url);
    const [first, other] = side === 'visitor' ? [visitor, agent] : [agent, visitor];
    const page = await first.page.context().newPage();
    const second = await openAgain(page, side, server.url, first.page.url());
    await expectSaid(second.log, [firstMessage]);
    await first.page.context().setOffline(true);
    await first.say('offline, first tab');
    await second.say('offline, second tab');
    await other.say('meanwhile');
    await expect(second.log.locator('[data-state="sending"]')).toHaveCount(2);
    await expect(first.log.locator('[data-state="sending"]')).toHaveCount(2);
    await first.page.context().setOffline(false);
    const said = [firstMessage, 'meanwhile', 'offline, first tab', 'offline, second tab'];
    for (const { log } of [first, second, other]) await expectSaid(log, said, 40_000);
  });
}

test('[RT-4][SYNC-9] the server is gone for a minute: two tabs and an agent find all of it again', async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const page = await visitor.page.context().newPage();
  const second = await openVisitor(page, server.url);
  await expectSaid(second.log, [firstMessage]);
  await server.kill('SIGKILL');
  await visitor.say('first tab, no server');
  await second.say('second tab, no server');
  await agent.say('agent, no server');
  await expect(connectionOfAgent(agent.page)).toContainText('1 to send', { timeout: 20_000 });
  await agent.page.getByRole('button', { name: 'Network options' }).click();
  await expect(agent.page.getByRole('menuitem', { name: /1 message, for/ })).toBeVisible();
  await agent.page.keyboard.press('Escape');
  // A minute is what this story is about.
  await page.waitForTimeout(60_000);
  await server.startAgain();
  const texts = ['first tab, no server', 'second tab, no server', 'agent, no server'];
  for (const { log } of [visitor, second, agent]) {
    await expect
      .poll(async () => (await messagesIn(log)).length, { timeout: 60_000 })
      .toBe(1 + texts.length);
    for (const text of texts) await expect(log.getByText(text)).toHaveCount(1);
  }
  await expectSaid(second.log, (await said(agent)).slice());
});

async function said({ log }: Person): Promise<readonly string[]> {
  const known = [firstMessage, 'first tab, no server', 'second tab, no server', 'agent, no server'];
  const shown = await messagesIn(log);
  return shown.map(({ text }) => known.find((one) => text.includes(one)) ?? text);
}

async function openAgain(
  page: Page,
  side: 'visitor' | 'agent',
  url: string,
  address: string,
): Promise<Person> {
  if (side === 'visitor') return openVisitor(page, url);
  await page.goto(address);
  return openedConversation(page);
}
