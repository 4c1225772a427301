import type { Page } from '@playwright/test';
import { bearer, must, newAgent, newColleague, newVisitor } from './harness/api.ts';
import { violations } from './harness/axe.ts';
import {
  expectSaid,
  inbox,
  openedConversation,
  openFirstConversation,
  type Person,
  shown,
  signIn,
  signInAgent,
} from './harness/people.ts';
import { siteToken } from './harness/server.ts';
import { expect, firstMessage, test } from './harness/story.ts';

async function openAt(
  page: Page,
  url: string,
  id: number,
  who?: Parameters<typeof signIn>[2],
): Promise<Person> {
  await signIn(page, url, who);
  await page.goto(`${url}/admin/chatbot/${id}`);
  return openedConversation(page);
}

test('[SYNC-7] a note is for agents: it looks different and the visitor never gets it', async ({
  stage,
}) => {
  const server = await stage.server();
  const owner = await newAgent(server.url);
  const greeting = { shortcut: 'morning', text: 'good {{nothing}}morning, {{agent.name}} here' };
  must(await owner.call('POST', '/admin/canned-replies', { site_id: 1, ...greeting }));
  const { visitor, agent } = await stage.conversation(server.url);
  await agent.page.getByRole('button', { name: 'Private note' }).click();
  await expect(agent.composer).toHaveAccessibleDescription(/Only agents see this/);
  await agent.say('careful with this one');
  await expect(shown(agent.log, 'careful with this one')).toHaveAttribute('data-private');
  expect(await violations(agent.page)).toEqual([]);

  await agent.page.getByRole('button', { name: 'Private note' }).click();
  // A canned reply, by keyboard alone.
  await agent.composer.pressSequentially('/mor');
  await expect(agent.page.getByRole('option', { name: /\/morning/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await agent.composer.press('Enter');
  const said = `good {{nothing}}morning, ${owner.me.agent.name} here`;
  await expect(agent.composer).toHaveValue(said);
  await agent.composer.press('Enter');
  await expectSaid(visitor.log, [firstMessage, said]);
  await expectSaid(agent.log, [firstMessage, 'careful with this one', said]);

  // One's own words are changed and taken back, by keyboard, for the visitor too.
  const own = agent.log.getByRole('button', { name: 'Edit this message' }).last();
  await own.press('Enter');
  const changed = agent.page.getByRole('textbox', { name: 'Changed text' });
  await changed.fill('good day');
  await changed.press('Enter');
  await expectSaid(visitor.log, [firstMessage, 'good day']);
  // Until the answer came its place is a form, and the last that can be deleted is the one before.
  await expectSaid(agent.log, [firstMessage, 'careful with this one', 'good day']);
  await agent.log.getByRole('button', { name: 'Delete this message' }).last().press('Enter');
  const question = agent.page.getByRole('dialog', { name: 'Delete this message?' });
  await question.getByRole('button', { name: 'Delete this message' }).click();
  await expect(shown(visitor.log, 'good day')).toHaveCount(0);
  await expect(agent.log).toContainText('This was deleted');
});

test('[SYNC-9] a draft is kept for each conversation, also over a reload', async ({ stage }) => {
  const server = await stage.server();
  for (const text of ['first', 'second']) await (await newVisitor(server.url)).send(text);
  const page = await stage.browser();
  const { composer } = await openAt(page, server.url, 1);
  await composer.fill('for the first');
  await inbox(page).getByText('second').click();
  await expect(page.getByRole('log')).toContainText('second');
  await expect(composer).toHaveValue('');
  await composer.fill('for the second');
  await inbox(page).getByText('first').click();
  await expect(composer).toHaveValue('for the first');
  await page.reload();
  await expect(composer).toHaveValue('for the first');
  await composer.press('Enter');
  await expect(composer).toHaveValue('');
  await page.reload();
  await expect(shown(page.getByRole('log'), 'for the first')).toBeVisible();
  await expect(composer).toHaveValue('');

  // What is not loaded yet comes when the network does, and what is there stays until then.
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText('This opens as soon as it does')).toBeVisible();
  await expect(composer).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByRole('heading', { name: 'Sites' })).toBeVisible();
});

test('Enter sends, Shift+Enter breaks the line, Enter of an input method does neither, and of the emoji picks one', async ({
  stage,
}) => {
  const server = await stage.server();
  await (await newVisitor(server.url)).send('hello');
  const page = await stage.browser();
  const { composer, log } = await openAt(page, server.url, 1);
  await composer.focus();
  await page.keyboard.type('two');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('lines');
  await page.keyboard.press('Enter');
  await expect(log.locator('[data-sender=agent]')).toHaveText('two\nlines', {
    useInnerText: true,
  });

  await composer.fill('ab');
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: 'Emoji' }).click();
  await page.getByRole('searchbox', { name: 'Search emoji' }).fill('thumbs up');
  await expect(page.getByRole('dialog').getByRole('button')).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(composer).toHaveValue('a👍b');
  await expect(composer).toBeFocused();
  await composer.fill('');

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  });
  await page.keyboard.press('Enter');
  await expect(composer).not.toHaveValue('');
  await expect(log.locator('[data-message]')).toHaveCount(2);
});

test('colleagues see each other at a conversation, and each change of it at once, which is undone', async ({
  stage,
}) => {
  const server = await stage.server();
  const visitor = await newVisitor(server.url);
  await visitor.send('hello');
  const owner = await newAgent(server.url);
  must(await owner.call('POST', '/admin/labels', { site_id: 1, name: 'Refund' }));
  // Before the list of colleagues is asked for.
  const bea = { name: 'Bea', email: 'bea@agents.example', password: 'the password of Bea' };
  await newColleague(server.url, bea);
  const page = await stage.browser();
  const mine = await openAt(page, server.url, 1);
  const colleague = await stage.browser();
  const theirs = await openAt(colleague, server.url, 1, bea);

  const alsoHere = page.getByRole('list', { name: 'Also here' });
  await expect(alsoHere.getByText('Bea is here')).toBeAttached();
  await expect(colleague.getByRole('list', { name: 'Also here' })).toBeVisible();
  await theirs.composer.pressSequentially('I am on it');
  await expect(page.getByText('Bea is typing')).toBeVisible();
  await theirs.composer.fill('');
  // The first Enter takes the name, the second sends.
  await page.getByRole('button', { name: 'Private note' }).click();
  await mine.composer.pressSequentially('for @Be');
  await expect(page.getByRole('option', { name: 'Bea' })).toBeVisible();
  await mine.composer.press('Enter');
  await expect(mine.composer).toHaveValue('for @Bea ');
  await mine.composer.press('Enter');
  await expect(shown(theirs.log, 'for @Bea')).toBeVisible();
  await page.getByRole('button', { name: 'Assign to me' }).click();
  await expect(
    colleague.getByRole('main').getByRole('button', { name: owner.me.agent.name }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Yours' }).press('Enter');
  await expect(page.getByRole('menuitemradio', { name: 'Bea (online)' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Next in turn' }).press('Enter');
  await expect(colleague.getByRole('button', { name: 'Yours' })).toBeVisible();
  const more = async (...names: readonly string[]): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).press('Enter');
    for (const name of names) {
      const item = page.getByRole('menu').last().locator('[role^=menuitem]', { hasText: name });
      await item.press(name === names.at(-1) ? 'Enter' : 'ArrowRight');
    }
  };
  await more('Mark as pending');
  const header = colleague.getByRole('main').locator('header');
  await expect(header).toContainText('Pending');
  await more('Priority', 'Urgent');
  await expect(header).toContainText('Urgent');
  await more('Labels', 'Refund');
  await expect(header).toContainText('Refund');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(header).not.toContainText('Refund');
  // A dialog gives the keyboard back to the button of the menu that opened it.
  const snooze = page.getByRole('button', { name: 'Snooze' });
  await snooze.press('Enter');
  await page.getByRole('menuitem', { name: 'Another time…' }).press('Enter');
  const snoozing = page.getByRole('dialog');
  await expect(snoozing.getByLabel('Date and time')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(snoozing).toHaveCount(0);
  await expect(snooze).toBeFocused();
  await snooze.press('Enter');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Tomorrow morning' }).press('Enter');
  await expect(header).toContainText(/Snoozed until .* 9:00/);
  await page.getByRole('button', { name: 'Resolve' }).click();
  await expect(colleague.getByRole('button', { name: 'Reopen' })).toBeVisible();
  await visitor.send('one more thing');
  await expect(page.getByRole('button', { name: 'Resolve' })).toBeVisible();
  await colleague.close();
  await expect(alsoHere).toBeHidden();
});

test('[SYNC-12] nothing counts as read before somebody really looks at it', async ({ stage }) => {
  const server = await stage.server();
  const visitor = await newVisitor(server.url);
  await visitor.send('hello');
  const page = await stage.browser();
  await page.addInitScript(() => {
    Object.assign(globalThis, { looking: false });
    document.hasFocus = () => (globalThis as unknown as { looking: boolean }).looking;
  });
  const { log } = await openAt(page, server.url, 1);
  await expect(shown(log, 'hello')).toBeVisible();
  const agent = await newAgent(server.url);
  const unread = async (): Promise<unknown> => {
    const { body } = await agent.call('GET', '/admin/chatbot/1');
    return (body as { conversation: { unread: number } }).conversation.unread;
  };
  // As long as a mark takes to arrive once somebody does look, several times over.
  await page.waitForTimeout(1_500);
  expect(await unread()).toBe(1);
  await page.evaluate(() => {
    Object.assign(globalThis, { looking: true });
    globalThis.dispatchEvent(new Event('focus'));
  });
  await expect.poll(unread).toBe(0);
});

test('older history is put before what is read without moving it; new messages do not pull away', async ({
  stage,
}) => {
  const server = await stage.server();
  const visitor = await newVisitor(server.url);
  for (let index = 1; index <= 120; index += 1) await visitor.send(`number ${index}.`);
  const page = await stage.browser();
  const { log } = await openAt(page, server.url, 1);
  await expect(shown(log, 'number 120.')).toBeInViewport();
  await expect(log.locator('[data-message]')).toHaveCount(50);

  // The server is away when history is asked for first.
  let away = true;
  let asked = 0;
  await page.route(/[?&]before=/, async (route) => {
    asked += 1;
    await (away ? route.abort() : route.continue());
  });
  const watched = shown(log, 'number 75.');
  await watched.evaluate((message) => {
    // A busy browser tells of scrolling late: here after a message has come.
    const hold = (event: Event): void => event.stopImmediatePropagation();
    globalThis.addEventListener('scroll', hold, { capture: true, once: true });
    message.scrollIntoView({ block: 'start' });
  });
  const place = await watched.boundingBox();
  await visitor.send('number 121.');
  await expect(page.getByRole('button', { name: '1 new below' })).toBeVisible();
  await expect.poll(() => asked).toBeGreaterThan(0);
  expect(await watched.boundingBox()).toEqual(place);
  expect(asked).toBeLessThan(4);
  away = false;
  await expect.poll(() => log.locator('[data-message]').count()).toBeGreaterThan(51);
  expect(await watched.boundingBox()).toEqual(place);

  await page.getByRole('button', { name: '1 new below' }).click();
  await expect(shown(log, 'number 121.')).toBeInViewport();
  await visitor.send('number 122.');
  await expect(shown(log, 'number 122.')).toBeInViewport();
});

test('[SYNC-9] what the server refuses for good is shown as failed, with why, Retry and Discard', async ({
  stage,
}) => {
  const server = await stage.server();
  await (await newVisitor(server.url)).send('hello');
  const page = await stage.browser();
  const agent = await openAt(page, server.url, 1);
  const { log } = agent;
  let refusing = true;
  await page.route('**/admin/chatbot/1/reply', async (route) => {
    if (!refusing) return route.fallback();
    return route.fulfill({
      status: 422,
      json: { success: false, error: { code: 'invalid_request', message: 'not like this' } },
    });
  });
  await agent.say('to be refused');
  await agent.say('also refused');
  await expect(shown(log, 'to be refused')).toHaveAttribute('data-state', 'failed');
  await expect(log.getByText('Not sent: not like this').first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  refusing = false;
  await log.getByRole('button', { name: 'Retry' }).first().click();
  await expect(shown(log, 'to be refused')).toHaveAttribute('data-state', 'sent');
  await log.getByRole('button', { name: 'Discard' }).click();
  await expectSaid(log, ['hello', 'to be refused']);
});

test('an address of no conversation, or of one that is not for us, says so', async ({ stage }) => {
  const server = await stage.server();
  const page = await stage.browser();
  await signIn(page, server.url);
  for (const id of ['4711', '0', 'abc', '99999999999999999999']) {
    await page.goto(`${server.url}/admin/chatbot/${id}`);
    await expect(
      page.getByRole('heading', { name: 'This conversation is not here' }),
    ).toBeVisible();
  }
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Back to the inbox' }).click();
  await expect(page).toHaveURL(`${server.url}/admin/chatbot`);
});

test('what matters stands whole beside long labels, and no page is higher than its window', async ({
  stage,
}) => {
  const server = await stage.server();
  const owner = await newAgent(server.url);
  const visitor = await newVisitor(server.url);
  const { conversation_id } = await visitor.send('hello');
  const labels = ['Wholesale enquiry from abroad', 'Complaint about a delivery'];
  for (const name of labels)
    must(await owner.call('POST', '/admin/labels', { site_id: 1, name, color: 'red' }));
  const change = { labels, priority: 'high', assignee_id: owner.me.agent.id };
  must(await owner.call('PATCH', `/admin/chatbot/${conversation_id}`, change));
  const page = await stage.browser({ viewport: { width: 1440, height: 500 }, locale: 'de-DE' });
  await signIn(page, server.url);
  await page.goto(`${server.url}/admin/chatbot/${conversation_id}`);
  const header = page.locator('header').filter({ hasText: 'Hohe Priorität' });
  for (const whole of [
    header.getByText('Hohe Priorität'),
    header.getByText('Ihnen zugewiesen', { exact: true }),
  ]) {
    await expect(whole).toBeVisible();
    expect(await whole.evaluate((text) => text.scrollWidth - text.clientWidth)).toBe(0);
  }
  // The same beside the visitor's panel on a small laptop: who it is comes before words on buttons.
  await page.setViewportSize({ width: 1280, height: 500 });
  must(await owner.call('PATCH', `/admin/chatbot/${conversation_id}`, { assignee_id: null }));
  await expect(page.getByRole('complementary')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mir zuweisen' })).toBeVisible();
  const name = header.getByRole('heading', { name: /^Besucher/ });
  // Room for a name and a surname: with the words it was 100.
  expect(await name.evaluate((text) => text.clientWidth)).toBeGreaterThan(140);
  for (const path of [`/admin/chatbot/${conversation_id}`, '/admin/reports']) {
    await page.goto(server.url + path);
    await expect(page.getByRole('heading').first()).toBeVisible();
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    const higher = await page.evaluate(
      () => document.documentElement.scrollHeight - window.innerHeight,
    );
    expect(higher, path).toBe(0);
  }
});

test('on a phone list and conversation are two screens, with a way back', async ({ stage }) => {
  const server = await stage.server();
  await (await newVisitor(server.url)).send('hello');
  const page = await stage.browser({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await signInAgent(page, server.url);
  const agent = await openFirstConversation(page);
  const { composer, log } = agent;
  await expect(inbox(page)).toBeHidden();
  // The keyboard would cover what was opened to be read.
  await expect(composer).not.toBeFocused();
  await agent.say('good morning');
  await expect(shown(log, 'good morning')).toHaveAttribute('data-state', 'sent');
  await page.getByRole('button', { name: 'Show visitor details' }).click();
  await expect(page.getByRole('complementary', { name: 'About the visitor' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary')).toBeHidden();
  await page.getByRole('link', { name: 'Back to all conversations' }).click();
  await expect(inbox(page)).toBeVisible();
  // A finger on the face chooses.
  await inbox(page)
    .getByRole('checkbox', { name: /^Select/ })
    .tap();
  await expect(page.getByRole('toolbar', { name: 'Selected conversations' })).toBeVisible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});

test('[SEC-2][SEC-3] a typed address is told apart; names and addresses are shown as text', async ({
  stage,
}) => {
  const server = await stage.server();
  const visitor = await newVisitor(server.url);
  const name = '<img src=x onerror="window.pwned=true">';
  await bearer(server.url, siteToken)
    .call('POST', '/api/chatbot/init', {
      visitor_token: visitor.token,
      name,
      email: 'ada@example.com',
    })
    .then(must);
  await visitor.send('see javascript:alert(1) and https://example.com/a?b=<c>');
  const page = await stage.browser();
  const { log } = await openAt(page, server.url, 1);
  await expect(log.getByRole('link')).toHaveCount(1);
  await expect(log.getByRole('link')).toHaveAttribute('href', 'https://example.com/a?b=');
  await expect(log.getByRole('link')).toHaveAttribute('rel', /noopener/);
  const about = page.getByRole('complementary', { name: 'About the visitor' });
  await expect(about.getByRole('heading', { name })).toBeVisible();
  await expect(about.getByText('Typed, not verified')).toBeVisible();
  await expect(inbox(page).getByText(name)).toBeVisible();
  await expect(page).toHaveTitle(`${name} · Parley`);

  await about.getByRole('textbox', { name: 'Note about the visitor' }).fill('likes <b>chairs</b>');
  await about.getByRole('button', { name: 'Add note' }).press('Enter');
  await expect(about.getByText('likes <b>chairs</b>')).toBeVisible();
  await about.getByRole('button', { name: 'Block visitor' }).click();
  await expect(page.getByText('This visitor is blocked and cannot write.')).toBeVisible();
  const write = async () => {
    const body = { text: 'again', client_message_id: crypto.randomUUID() };
    return (await visitor.call('POST', '/api/chatbot/message', body)).status;
  };
  expect(await write()).toBe(403);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(about.getByRole('button', { name: 'Block visitor' })).toBeVisible();
  // The page shows it before the server has it.
  await expect.poll(write).toBe(201);
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);

  // All that is known of them goes into a file, and then for good.
  const file = page.waitForEvent('download');
  await about.getByRole('link', { name: 'Export all data' }).click();
  expect((await file).suggestedFilename()).toMatch(/^visitor-\d+\.json$/);
  await about.getByRole('button', { name: 'Erase visitor' }).click();
  const question = page.getByRole('dialog', { name: `Erase ${name} for good?` });
  expect(await violations(page)).toEqual([]);
  await question.getByRole('button', { name: 'Erase for good' }).click();
  await expect(page.getByText('Visitor erased')).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});
