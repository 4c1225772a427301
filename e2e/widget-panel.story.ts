import type { Route } from '@playwright/test';
import { newAgent, must } from './harness/api.ts';
import { expectSaid, openVisitor, shown } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test('Enter sends, Shift+Enter breaks the line, a composition is left alone', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser();
  const { composer, log } = await openVisitor(page, server.url);
  // What draws messages comes with the first key, and is asked for again where it does not come.
  await page.route('**/assets/rows-*.js', (route) => route.abort(), { times: 1 });
  await composer.pressSequentially('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  await expect(composer).toHaveValue('one\ntwo');

  // Enter picks a word while composing, by the browser's flag or by Safari's key code.
  for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
    await composer.evaluate(
      (element, fields) =>
        element.dispatchEvent(
          new KeyboardEvent('keydown', {
            key: 'Enter',
            bubbles: true,
            cancelable: true,
            ...fields,
          }),
        ),
      init,
    );
  }
  await expect(composer).toHaveValue('one\ntwo');
  await page.keyboard.press('Enter');
  await expect(composer).toHaveValue('');
  await expect(composer).toBeFocused();
  await expectSaid(log, ['one\ntwo']);
});

test('what is too long is neither cut nor sent, and says so', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser();
  const { composer, panel, log } = await openVisitor(page, server.url);
  await composer.fill('x'.repeat(10_003));
  await expect(panel.getByText('3 characters too many')).toBeVisible();
  await composer.press('Enter');
  await expect(composer).toHaveValue('x'.repeat(10_003));
  await composer.fill('y'.repeat(9_999));
  await expect(panel.getByText('1 character left')).toBeVisible();
  await composer.press('Enter');
  await expectSaid(log, ['y'.repeat(9_999)]);
  await expect(log.locator('[data-state="sent"]')).toBeVisible();
});

test('[SYNC-9] a draft survives a reload; a refused message offers to try again or to be dropped', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  const { composer, log, panel } = await openVisitor(page, server.url);
  // The server was updated meanwhile, and has no parts of the panel's build any more.
  const gone = (route: Route) => route.fulfill({ status: 404 });
  for (const script of ['rows', 'panel'])
    await page.route(`**/assets/${script}-*.js`, gone, { times: 1 });
  const reloaded = page.waitForEvent('framenavigated');
  await composer.fill('half a thought');
  await reloaded;
  await expect(composer).toHaveValue('half a thought');
  await page.reload();
  await openVisitor(page, server.url);
  await expect(composer).toHaveValue('half a thought');

  const refuse = { code: 'invalid_request', message: 'Not today' };
  await page.route('**/api/chatbot/message', (route) =>
    route.fulfill({ status: 422, json: { success: false, error: refuse } }),
  );
  await composer.fill('refused');
  await composer.press('Enter');
  await composer.fill('dropped');
  await composer.press('Enter');
  await expect(log.locator('[data-state="failed"]')).toHaveCount(2);
  await expect(shown(log, 'refused')).toContainText('Not today');

  await shown(log, 'dropped').getByRole('button', { name: 'Discard' }).click();
  await expectSaid(log, ['refused']);
  await page.unroute('**/api/chatbot/message');
  await shown(log, 'refused').getByRole('button', { name: 'Retry' }).click();
  await expect(shown(log, 'refused')).toHaveAttribute('data-state', 'sent');
  await expect(panel.getByRole('button', { name: 'Retry' })).toHaveCount(0);
});

test('the log stays where one reads, and at the end if one was there', async ({ stage }) => {
  const server = await stage.server();
  const { visitor } = await stage.conversation(server.url);
  const agent = await newAgent(server.url);
  const reply = async (text: string): Promise<void> => {
    const body = { text, client_message_id: crypto.randomUUID() };
    must(await agent.call('POST', '/admin/chatbot/1/reply', body));
  };
  for (let line = 1; line <= 120; line += 1) await reply(`line ${line}.`);
  const { log, page, panel } = visitor;
  await expect(log.getByText('line 120.')).toBeInViewport();

  // A fresh load has the newest; the rest comes as one scrolls up, and nothing jumps.
  await page.reload();
  await openVisitor(page, server.url);
  await expect(log.getByText('line 120.')).toBeInViewport();
  await expect(log.locator('[data-message]')).toHaveCount(50);
  // In one go with the scrolling, for rows are drawn anew when older ones come.
  const place_px = (scrollTo_px: number | null): Promise<number> =>
    log.evaluate((element, to_px) => {
      if (to_px !== null) element.scrollTop = to_px;
      const rows = Array.from(element.querySelectorAll('[data-message]'));
      const row = rows.find(({ textContent }) => textContent.includes('line 75.'));
      return row?.getBoundingClientRect().top ?? Number.NaN;
    }, scrollTo_px);
  const before_px = await place_px(100);
  await expect(log.locator('[data-message]')).not.toHaveCount(50);
  // Rows have fractions of a pixel; what a person sees as a jump is a row or more.
  await expect.poll(async () => Math.abs((await place_px(null)) - before_px)).toBeLessThan(2);

  await reply('news');
  await panel.getByRole('button', { name: '1 new message' }).click();
  await expect(log.getByText('news')).toBeInViewport();
  await expect(panel.getByRole('button', { name: /new message/ })).toBeHidden();
  await reply('more news');
  await expect(log.getByText('more news')).toBeInViewport();

  // One's own message is shown wherever one was reading.
  await log.evaluate((element) => {
    element.scrollTop = 600;
  });
  await visitor.say('my answer');
  await expect(log.getByText('my answer')).toBeInViewport();
});

test('[SYNC-7] one edits and deletes one’s own, and the other side sees it', async ({ stage }) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const { panel, log, composer } = visitor;
  await visitor.say('a mistake');
  await composer.fill('a draft');

  await shown(log, firstMessage).hover();
  await shown(log, firstMessage).getByRole('button', { name: 'Edit message' }).click();
  await expect(composer).toHaveValue(firstMessage);
  await composer.fill('hello again');
  await composer.press('Enter');
  await expect(composer).toHaveValue('a draft');
  await expectSaid(log, ['hello again', 'a mistake']);
  await expectSaid(agent.log, ['hello again', 'a mistake']);

  await shown(log, 'a mistake').hover();
  await shown(log, 'a mistake').getByRole('button', { name: 'Delete message' }).click();
  await panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await expectSaid(log, ['hello again', 'This message was deleted']);
  await expect(agent.log.getByText('a mistake')).toHaveCount(0);
});
