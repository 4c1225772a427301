import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from '@playwright/test';
import { newAgent, newVisitor } from './harness/api.ts';
import { violations } from './harness/axe.ts';
import { connectionOfAgent, inbox, signInAgent } from './harness/people.ts';
import { siteToken } from './harness/server.ts';
import { expect, test } from './harness/story.ts';

const links = (page: Page): Locator => inbox(page).getByRole('link');
const names = (page: Page): Promise<string[]> =>
  links(page).evaluateAll((rows) => rows.map((row) => row.textContent.split('Waiting')[0] ?? ''));

test('an inbox in which nothing has been yet shows how to embed the chat', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser({ permissions: ['clipboard-read', 'clipboard-write'] });
  await signInAgent(page, server.url);
  await expect(page.getByRole('heading', { name: 'No conversations yet' })).toBeVisible();
  await expect(page.getByText('any website can embed its chat')).toBeVisible();
  await page.getByRole('button', { name: 'Copy the line' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `<script async src="${server.url}/chatbot-widget.js" data-token="${siteToken}"></script>`,
  );
  expect(await violations(page)).toEqual([]);
});

test('who waits longest stands first; an answer moves a conversation out of the waiting', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  await signInAgent(page, server.url);
  for (const text of ['first', 'second', 'third']) {
    await (await newVisitor(server.url)).send(text);
    await expect(inbox(page).getByText(text)).toBeVisible();
  }
  await expect.poll(() => names(page)).toEqual(['Visitor 1', 'Visitor 2', 'Visitor 3']);
  await expect(page.getByRole('heading', { name: '3 people are waiting' })).toBeVisible();
  await expect(page).toHaveTitle('(3) Inbox · Parley');

  const agent = await newAgent(server.url);
  await agent.call('POST', '/admin/chatbot/1/reply', { text: 'here you are' });
  await expect(inbox(page).getByText('You: here you are')).toBeVisible();
  await expect.poll(async () => (await names(page))[0]).toBe('Visitor 2');
  await expect(page.getByRole('heading', { name: '2 people are waiting' })).toBeVisible();

  await page.getByRole('button', { name: 'Open the longest waiting' }).click();
  await expect(page.getByRole('log')).toContainText('second');
});

test('no row moves under a pointer that is about to click; one that rests holds nothing', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  await signInAgent(page, server.url);
  const first = await newVisitor(server.url);
  await first.send('the older');
  await (await newVisitor(server.url)).send('the younger');
  await expect(links(page)).toHaveCount(2);
  await newAgent(server.url).then((agent) =>
    agent.call('POST', '/admin/chatbot/1/reply', { text: 'answered' }),
  );
  await expect(inbox(page).getByText('You: answered')).toBeVisible();

  const row = links(page).first();
  const place = await row.boundingBox();
  await row.hover();
  const keepMoving = movePointer(page, place);
  await (await newVisitor(server.url)).send('a third');
  await expect(page.getByText('1 new conversation')).toBeVisible();
  await expect(links(page)).toHaveCount(2);
  expect(await row.boundingBox()).toEqual(place);
  await keepMoving.stop();
  await expect(links(page)).toHaveCount(3);
});

/** Small movements within a row, until they are stopped; then the pointer rests where it is. */
function movePointer(
  page: Page,
  box: { x: number; y: number; width: number; height: number } | null,
): { stop(): Promise<void> } {
  if (box === null) throw new Error('no row to point at');
  const stopping = new AbortController();
  const movement = (async () => {
    for (let step = 0; !stopping.signal.aborted; step += 1) {
      await page.mouse.move(box.x + 40 + (step % 20), box.y + box.height / 2);
      await delay(50);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await movement;
    },
  };
}

test('all by keyboard: the inbox, what is open, a palette of all commands, their keys on a sheet', async ({
  stage,
}) => {
  const server = await stage.server();
  for (const text of ['first', 'second', 'third']) await (await newVisitor(server.url)).send(text);
  const page = await stage.browser();
  await signInAgent(page, server.url);
  await expect(links(page)).toHaveCount(3);
  await page.getByRole('searchbox').focus();
  await page.keyboard.press('ArrowDown');
  await expect(links(page).nth(0)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(links(page).nth(2)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('second');
  await expect(links(page).nth(1)).toHaveAttribute('aria-current', 'page');

  // Single keys write in the composer, and are commands outside of it.
  const reply = page.getByRole('textbox', { name: 'Reply', exact: true });
  await page.keyboard.type('je?');
  await expect(reply).toHaveValue('je?');
  await page.keyboard.press('Escape');
  await expect(links(page).nth(1)).toBeFocused();
  await page.keyboard.press('j');
  await expect(links(page).nth(2)).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('n');
  await expect(reply).toBeFocused();
  await expect(page.getByText('Only agents see this.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByText('Write a private note')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await expect(page.getByRole('button', { name: 'Reopen' })).toBeVisible();

  // The palette finds commands by some letters, asks on, and finds people and words.
  await reply.focus();
  await page.keyboard.press('ControlOrMeta+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('prio');
  await page.keyboard.press('Enter');
  await expect(palette.getByRole('option', { name: 'Urgent' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
  await expect.poll(() => priorityOf(page, 2)).toBe('urgent');
  // A time of one's own is asked for in a dialog, which gives the keyboard back.
  await expect(reply).toBeFocused();
  await page.keyboard.press('Escape');
  // It has left the list, which has no row for it: what was said gets the keyboard.
  await expect(page.getByRole('log')).toBeFocused();
  await page.keyboard.press('z');
  await page.keyboard.type('another');
  await page.keyboard.press('Enter');
  const ownTime = page.getByRole('dialog', { name: 'Snooze until' });
  await expect(ownTime.getByLabel('Date and time')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(ownTime).toBeHidden();
  await expect(page.getByText(/^Snoozed until/).first()).toBeVisible();
  await expect(page.getByRole('log')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('third');
  await palette.getByRole('option', { name: /Visitor 3/ }).waitFor();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('log')).toContainText('third');
});

async function priorityOf(page: Page, id: number): Promise<unknown> {
  const answer = await page.request.get(new URL(`/admin/chatbot/${id}`, page.url()).href, {
    headers: { accept: 'application/json' },
  });
  const { conversation } = (await answer.json()) as { conversation: { priority?: string } };
  return conversation.priority;
}

test('filters and search stand in the address, and what is changed elsewhere follows them', async ({
  stage,
}) => {
  const server = await stage.server();
  await (await newVisitor(server.url)).send('about the blue chair');
  await (await newVisitor(server.url)).send('about the invoice');
  const page = await stage.browser();
  await signInAgent(page, server.url);
  await expect(links(page)).toHaveCount(2);

  const agent = await newAgent(server.url);
  await agent.call('PATCH', '/admin/chatbot/1', { status: 'resolved' });
  await expect(links(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Status: Open' }).click();
  await page.getByRole('menuitemradio', { name: 'Resolved' }).click();
  await expect(inbox(page).getByText('about the blue chair')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('status')).toBe('resolved');
  // What the address shows is asked for first, not after all the others.
  const asked = page.waitForRequest(/\/admin\/chatbot\?/);
  await page.reload();
  expect(new URL((await asked).url()).searchParams.get('status')).toBe('resolved');
  await expect(inbox(page).getByText('about the blue chair')).toBeVisible();
  await expect(links(page)).toHaveCount(1);

  await page.getByRole('radio', { name: 'Mine' }).click();
  await expect(page.getByText('No conversation matches these filters.')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Show all conversations' }).click();
  await expect(links(page)).toHaveCount(2);

  // Several at once: by the pointer, with Shift, and by the keyboard.
  await links(page).nth(0).hover();
  await inbox(page).getByRole('checkbox').first().click();
  await inbox(page)
    .getByRole('checkbox')
    .nth(1)
    .click({ modifiers: ['Shift'] });
  const toolbar = page.getByRole('toolbar', { name: 'Selected conversations' });
  await expect(toolbar).toContainText('2 selected');
  expect(await violations(page)).toEqual([]);
  await toolbar.getByRole('button', { name: 'Assign' }).click();
  await page.getByRole('menuitem', { name: 'Assign to me' }).click();
  await expect(toolbar).toHaveCount(0);
  // Its buttons and the boxes are gone: the keyboard is on the row that it came from.
  await expect(links(page).nth(1)).toBeFocused();
  await page.getByRole('radio', { name: 'Mine' }).click();
  await expect(links(page)).toHaveCount(2);
  await links(page).nth(0).focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(toolbar).toHaveCount(0);
  await expect(links(page).nth(0)).toBeFocused();
  await page.keyboard.press('x');
  await expect(toolbar).toContainText('1 selected');
  // Escape is the toolbar's too, also where it closes the tip of a button at the same time.
  await toolbar.getByRole('button', { name: 'Resolve' }).focus();
  await expect(page.getByRole('tooltip')).toHaveText('Resolve');
  await page.keyboard.press('Escape');
  await expect(toolbar).toHaveCount(0);
  await expect(links(page).nth(0)).toBeFocused();

  // A view is kept under a name, with all its filters.
  await page.getByRole('button', { name: 'Filters and views' }).click();
  await page.getByRole('menuitemradio', { name: 'Newest first' }).click();
  await page.getByRole('button', { name: 'Filters and views' }).click();
  const save = page.getByRole('menuitem', { name: 'Save this view…' });
  await save.click();
  await expect(page.getByRole('textbox', { name: 'Name of the view' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Filters and views' })).toBeFocused();
  await page.keyboard.press('Enter');
  await save.click();
  await page.getByRole('textbox', { name: 'Name of the view' }).fill('All of mine');
  await page.keyboard.press('Enter');
  await page.goto(`${server.url}/admin/chatbot`);
  await page.getByRole('button', { name: 'Filters and views' }).click();
  await page.getByRole('menuitem', { name: 'All of mine' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('?status=all&assignee=me&sort=newest');
  await expect(links(page)).toHaveCount(2);

  await page.getByRole('searchbox').fill('invoice');
  await expect(links(page)).toHaveCount(1);
  await expect(inbox(page).getByText('about the invoice')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await links(page).click();
  await expect(page.getByRole('log').getByText('about the invoice')).toBeInViewport();
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await expect(links(page)).toHaveCount(2);

  // What leaves the view gives the keyboard to the next row, the last one to the list.
  const unassign = async (choose: 'x' | 'ControlOrMeta+a') => {
    await page.keyboard.press(choose);
    await toolbar.getByRole('button', { name: 'Assign' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Unassign' }).focus();
    await page.keyboard.press('Enter');
  };
  await links(page).nth(0).focus();
  await unassign('x');
  await expect(links(page)).toHaveCount(1);
  await expect(links(page)).toBeFocused();
  await unassign('ControlOrMeta+a');
  await expect(page.getByText('No conversation matches these filters.')).toBeVisible();
  await expect(inbox(page)).toBeFocused();
});

test('[RT-1][RT-9] the indicator names the provider; its menu reconnects and logs', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  const lines: string[] = [];
  await signInAgent(page, server.url);
  // What the content policy refuses would stand here as well.
  page.on('console', (message) => lines.push(message.text()));
  await page.reload();
  await expect(connectionOfAgent(page)).toHaveText('Live · reverb');
  expect(lines).toEqual([]);

  await page.getByRole('button', { name: 'Network options' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Log events to the console' }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Reconnect now' }).click();
  await expect(connectionOfAgent(page)).toHaveText('Live · reverb');
  await page.reload();
  await expect(connectionOfAgent(page)).toHaveText('Live · reverb');
  expect(lines.filter((line) => line.includes('reverb: live'))).toHaveLength(1);
  expect(lines.every((line) => line.startsWith('[parley] '))).toBe(true);
});
