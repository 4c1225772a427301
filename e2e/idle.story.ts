import type { Page } from '@playwright/test';
import { setTimeout as delay } from 'node:timers/promises';
import { expectProviders, expectSaid } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const idle_ms = 60_000;

test('[SYNC-11] a live, idle pair of pages makes no HTTP request in 60 s', async ({ stage }) => {
  test.setTimeout(idle_ms + 60_000);
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');
  await agent.say('are you still there?');
  const said = [firstMessage, 'are you still there?'];
  await expectSaid(visitor.log, said);
  await expect(agent.log.locator('[data-state="read"]').last()).toContainText(said[1] ?? '');

  // What the dashboard loads ahead of need, once, has come.
  await expect.poll(() => agent.page.evaluate(paletteIsLoaded)).toBe(true);

  const seen = { visitor: watchRequests(visitor.page), agent: watchRequests(agent.page) };
  // The one fixed wait of the stories: that nothing happens can only be seen by looking on.
  await delay(idle_ms);
  expect(seen).toEqual({ visitor: [], agent: [] });

  // That would prove nothing if requests were not seen, or if the pages had fallen asleep.
  await visitor.say('yes, I am');
  await expectSaid(agent.log, [...said, 'yes, I am']);
  expect(seen.visitor).toContain('POST /api/chatbot/message');
});

/** Runs in the page. */
function paletteIsLoaded(): boolean {
  return performance.getEntriesByType('resource').some(({ name }) => name.includes('/palette-'));
}

/** Grows with each request of the page and of the frames in it. */
function watchRequests(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    seen.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  return seen;
}
