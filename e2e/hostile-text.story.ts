import type { Frame, Page } from '@playwright/test';
import { type Person, expectSaid } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const hostile = [
  '<img src=x onerror="top.pwned=true;window.pwned=true">',
  '<script>top.pwned=true;window.pwned=true</script>',
  '"><svg/onload=window.pwned=true>',
  '<a href="javascript:window.pwned=true">click</a> <b>bold</b> &lt;i&gt;',
  '{{constructor.constructor("window.pwned=true")()}} ${window.pwned=true}',
];

test('[SEC-3] HTML and script are shown as text, in both pages and in the inbox', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const said = [firstMessage];
  for (const person of [visitor, agent]) {
    for (const text of hostile) {
      const marked = `${person === visitor ? 'v' : 'a'} ${text}`;
      await person.say(marked);
      said.push(marked);
    }
  }
  await expectSaid(visitor.log, said);
  await expectSaid(agent.log, said);
  // Read back from the server as well as live.
  await agent.page.reload();
  await expectSaid(agent.log, said);

  for (const person of [visitor, agent]) await expectUnharmed(person);
});

async function expectUnharmed({ page, log }: Person): Promise<void> {
  for (const forbidden of ['script', 'img[src="x"]', 'svg[onload]', 'a[href^="javascript"]', 'b']) {
    await expect(log.locator(`[data-message] ${forbidden}`)).toHaveCount(0);
  }
  expect(await pwned(page)).toEqual([]);
}

/** The addresses of the frames in which something ran. */
async function pwned(page: Page): Promise<string[]> {
  const ran = async (frame: Frame): Promise<boolean> =>
    frame.evaluate(() => (globalThis as { pwned?: boolean }).pwned === true);
  const results = await Promise.all(
    page.frames().map(async (frame) => [frame.url(), await ran(frame)] as const),
  );
  return results.filter(([, harmed]) => harmed).map(([url]) => url);
}
