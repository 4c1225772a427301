import type { Page } from '@playwright/test';
import { setTimeout as delay } from 'node:timers/promises';
import { expectProviders, expectSaid, messagesIn } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

for (const down_s of [1, 5, 20]) {
  test(`[RT-4][SYNC-1] killed between two messages and started again ${down_s} s later`, async ({
    stage,
  }) => {
    test.setTimeout(120_000);
    const server = await stage.server();
    const { visitor, agent } = await stage.conversation(server.url);
    await expectProviders(visitor.page, agent.page, 'reverb');
    await agent.say('before the crash');
    const said = [firstMessage, 'before the crash'];
    await expectSaid(visitor.log, said);
    await leaveMark(visitor.page);
    await leaveMark(agent.page);

    await server.kill('SIGKILL');
    // Written while nobody listens: shown as sending, and sent by itself later.
    await visitor.say('written during the crash');
    said.push('written during the crash');
    await expect(visitor.log.locator('[data-state="sending"]')).toContainText(
      'written during the crash',
    );
    // How long it is away is what this story is about, so this is not a wait for anything.
    await delay(down_s * 1000);
    await server.startAgain();
    const upAt_ms = performance.now();

    await expectProviders(visitor.page, agent.page, 'reverb', 45_000);
    console.log(`      live again ${Math.round(performance.now() - upAt_ms)} ms after the start`);
    await expectSaid(agent.log, said, 45_000);
    await visitor.say('after the crash');
    await expectSaid(agent.log, [...said, 'after the crash']);
    await agent.say('welcome back');
    said.push('after the crash', 'welcome back');
    await expectSaid(visitor.log, said);
    await expectSaid(agent.log, said);

    for (const log of [visitor.log, agent.log]) {
      const places = (await messagesIn(log)).map(({ seq }) => seq ?? Number.NaN);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
    expect(await hasMark(visitor.page)).toBe(true);
    expect(await hasMark(agent.page)).toBe(true);
  });
}

// A reload would wipe it.
const leaveMark = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as { mark?: true }).mark = true;
  });
const hasMark = (page: Page): Promise<boolean> =>
  page.evaluate(() => (globalThis as { mark?: true }).mark === true);
