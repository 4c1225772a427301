import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import type { Download, Locator, Page } from '@playwright/test';
import { changeSite } from './harness/api.ts';
import { violations } from './harness/axe.ts';
import { type Person, type VisitorPerson, openChat, shown } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

interface Payload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Of a kind that nobody draws anew: it arrives as it was sent. */
const archive = (name: string, size = 60_000): Payload => ({
  name,
  mimeType: 'application/zip',
  buffer: Buffer.concat([Buffer.from('PK\u0003\u0004'), randomBytes(size)]),
});

/** @param camera a page that is as large as the picture shall be */
async function photo(camera: Page, name: string, color: string): Promise<Payload> {
  await camera.setContent(`<body style="background: linear-gradient(${color}, white)">${name}`);
  return { name, mimeType: 'image/jpeg', buffer: await camera.screenshot({ type: 'jpeg' }) };
}

/** Where files are chosen; the button "Attach file" opens the system's window for it. */
async function attach(
  { page, scope }: { page: Page; scope: Locator },
  files: Payload | readonly Payload[],
): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await scope.getByRole('button', { name: 'Attach file', exact: true }).click();
  await (await chooser).setFiles([files].flat());
}

const ofVisitor = ({ page, panel }: VisitorPerson) => ({ page, scope: panel.locator('body') });
const ofAgent = ({ page }: Person) => ({ page, scope: page.locator('body') });

async function contentOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

async function downloaded(page: Page, link: Locator): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await link.click();
  return contentOf(await download);
}

/** As the browser hands files over that are pasted or dropped. */
async function give(
  event: 'paste' | 'drop',
  target: Locator,
  name: string,
  size = 20,
): Promise<void> {
  await target.evaluate(
    (element, given) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(given.size).fill(46)], given.name));
      const bubbling = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        given.event === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, ...bubbling })
          : new DragEvent('drop', { dataTransfer: data, ...bubbling }),
      );
    },
    { event, name, size },
  );
}

const sendButton = (scope: Locator): Locator =>
  scope.getByRole('button', { name: 'Send', exact: true });

test('[SPEC-3] files go both ways byte for byte; pictures are looked at; a refusal says why', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const camera = await stage.browser({ viewport: { width: 1_600, height: 1_000 } });
  const panel = ofVisitor(visitor);
  const desk = ofAgent(agent);

  // To the agent: an archive and two pictures, of which one is taken out again.
  const plans = archive('plans ü.zip');
  const garden = await photo(camera, 'garden.jpg', 'teal');
  await attach(panel, [plans, garden, { ...garden, name: 'x.jpg' }]);
  await panel.scope.getByRole('button', { name: 'Remove x.jpg' }).click();
  await attach(panel, await photo(camera, 'house.jpg', 'coral'));
  await visitor.composer.fill('Here are the plans');
  expect(await violations(visitor.page)).toEqual([]);
  await sendButton(panel.scope).click();
  const sent = shown(visitor.log, 'Here are the plans');
  await expect(sent).toHaveAttribute('data-state', /sent|read/);
  const received = shown(agent.log, 'Here are the plans');
  const zip = received.getByRole('link', { name: 'Download plans ü.zip' });
  expect((await downloaded(agent.page, zip)).equals(plans.buffer)).toBe(true);

  // The agent looks at the pictures, by keyboard alone.
  const opener = received.getByRole('button', { name: 'Open picture garden.jpg' });
  const complaints: string[] = [];
  agent.page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
  await opener.focus();
  await agent.page.keyboard.press('Enter');
  const dialog = agent.page.getByRole('dialog', { name: 'Picture garden.jpg' });
  await expect(dialog.getByRole('img', { name: 'garden.jpg' })).toHaveJSProperty(
    'naturalWidth',
    1_600,
  );
  await agent.page.keyboard.press('ArrowRight');
  await expect(agent.page.getByRole('dialog', { name: 'Picture house.jpg' })).toBeVisible();
  expect(await violations(agent.page)).toEqual([]);
  await agent.page.keyboard.press('Escape');
  await expect(agent.page.getByRole('dialog')).toHaveCount(0);
  await expect(opener).toBeFocused();
  expect(complaints).toEqual([]);
  // The visitor as well; Escape closes the picture, and not the chat with it.
  await sent.getByRole('button', { name: 'Open picture house.jpg' }).click();
  await expect(panel.scope.getByRole('dialog', { name: 'Picture house.jpg' })).toBeVisible();
  await visitor.page.keyboard.press('Escape');
  await expect(panel.scope.getByRole('dialog')).toHaveCount(0);
  await expect(visitor.composer).toBeVisible();

  // To the visitor.
  const offer = archive('offer.zip');
  await attach(desk, offer);
  await sendButton(desk.scope).click();
  const link = visitor.log.getByRole('link', { name: 'Download offer.zip' });
  expect((await downloaded(visitor.page, link)).equals(offer.buffer)).toBe(true);
  expect(await violations(agent.page)).toEqual([]);

  // Too large is said at once; a refused kind when the server has looked, and what follows goes on.
  await give('drop', visitor.log, 'film.bin', 21 * 1024 * 1024);
  await expect(panel.scope.getByRole('alert')).toContainText('film.bin is too large');
  await attach(panel, { ...plans, name: 'setup.exe' });
  await sendButton(panel.scope).click();
  await visitor.say('did you get it?');
  const refused = visitor.log.locator('[data-state=failed]');
  await expect(refused).toContainText('files of this type are not taken here');
  await expect(shown(agent.log, 'did you get it?')).toBeVisible();
  await refused.getByRole('button', { name: 'Discard' }).click();
  await expect(refused).toHaveCount(0);
  expect(await violations(visitor.page)).toEqual([]);
});

test('files come by paste and by drop, and may be given up while they go', async ({ stage }) => {
  const server = await stage.server();
  const proxy = await stage.proxy(server);
  const { visitor, agent } = await stage.conversation(proxy.url, server.url);
  const panel = ofVisitor(visitor);
  await give('paste', visitor.composer, 'pasted.txt');
  await give('drop', visitor.log, 'dropped.txt');
  await sendButton(panel.scope).click();
  for (const name of ['pasted.txt', 'dropped.txt']) {
    await expect(agent.log.getByRole('link', { name: `Download ${name}` })).toBeVisible();
  }
  await give('paste', agent.composer, 'of the agent.txt');
  await give('drop', agent.log, 'and another.txt');
  await agent.composer.press('Enter');
  await expect(visitor.log.getByRole('link', { name: 'Download and another.txt' })).toBeVisible();

  proxy.mode = 'lose-answers';
  await visitor.page.route(/chatbot\/file$/, () => undefined);
  await attach(panel, archive('regretted.zip'));
  await sendButton(panel.scope).click();
  await panel.scope.getByRole('button', { name: 'Cancel upload' }).click();
  await expect(visitor.log.locator('[data-state=sending]')).toHaveCount(0);
  proxy.mode = 'pass';
  await visitor.say('never mind');
  await expect(shown(agent.log, 'never mind')).toBeVisible();
  await expect(agent.log.getByText('regretted.zip')).toHaveCount(0);
});

test('[SYNC-9] an upload that is cut goes on; one from offline outlives the page; each stands once', async ({
  stage,
}) => {
  const server = await stage.server();
  const proxy = await stage.proxy(server);
  const { visitor, agent } = await stage.conversation(proxy.url, server.url);
  const panel = ofVisitor(visitor);
  // What sends files is loaded with the first.
  await attach(panel, archive('small.zip', 100));
  await sendButton(panel.scope).click();
  await expect(agent.log.getByRole('link', { name: 'Download small.zip' })).toBeVisible();
  // The server has it, and nobody hears of it.
  proxy.mode = 'lose-answers';
  const first = archive('first.zip', 300_000);
  await attach(panel, first);
  await sendButton(panel.scope).click();
  await expect
    .poll(() => proxy.exchanges.filter(({ path }) => path === '/api/chatbot/file').length)
    .toBeGreaterThan(1);
  proxy.mode = 'pass';
  proxy.flap();
  const link = agent.log.getByRole('link', { name: 'Download first.zip' });
  expect((await downloaded(agent.page, link)).equals(first.buffer)).toBe(true);

  // Else it would wait in the tunnel, too.
  await expect(visitor.log.locator('[data-state=sending]')).toHaveCount(0);
  const context = visitor.page.context();
  await context.setOffline(true);
  const second = archive('second.zip', 300_000);
  await attach(panel, second);
  await sendButton(panel.scope).click();
  await visitor.say('sent in the tunnel');
  await expect(visitor.log.locator('[data-state=sending]')).toHaveCount(2);
  await visitor.page.close();
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto(`${proxy.url}/chatbot-test.html`);
  await expect(shown(agent.log, 'sent in the tunnel')).toBeVisible({ timeout: 20_000 });
  const again = agent.log.getByRole('link', { name: 'Download second.zip' });
  expect((await downloaded(agent.page, again)).equals(second.buffer)).toBe(true);
  await expect(agent.log.locator('[data-message]')).toHaveCount(5);
  const back = await openChat(next);
  await expect(back.log.locator('[data-message][data-state=read]').first()).toContainText(
    firstMessage,
  );
  await expect(back.log.locator('[data-message]')).toHaveCount(5);
});

test('[SPEC-3] a voice message is recorded, heard before and after it is sent; a refused microphone says why', async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const { scope } = ofVisitor(visitor);
  const broken: Error[] = [];
  visitor.page.on('pageerror', (error) => broken.push(error));
  const record = scope.getByRole('button', { name: 'Record voice message' });
  await record.click();
  await expect(scope.getByRole('alert')).toContainText('The microphone is blocked');
  expect(await violations(visitor.page)).toEqual([]);
  await scope.getByRole('button', { name: 'Dismiss' }).click();

  await visitor.page.context().grantPermissions(['microphone']);
  await record.click();
  // Later, where the machine has much to do: nobody looks at each second.
  await expect(scope.getByRole('timer')).toHaveText(/^(?!0:0[01]$)\d+:\d\d$/, { timeout: 15_000 });
  expect(await violations(visitor.page)).toEqual([]);
  await scope.getByRole('button', { name: 'Stop recording' }).click();
  expect(await violations(visitor.page)).toEqual([]);
  await heard(scope.locator('.recorder'));
  const mayGo = Promise.withResolvers<undefined>();
  await visitor.page.route(/chatbot\/voice$/, async (route) => {
    await mayGo.promise;
    await route.continue();
  });
  await sendButton(scope).click();
  // What is on its way is played from the page, and plays on when it has arrived.
  const own = visitor.log.getByRole('group', { name: 'Voice message' });
  await heard(own);
  const played = await own.locator('audio').elementHandle();
  await expect(visitor.log.locator('[data-state=sending]')).toHaveCount(1);
  mayGo.resolve(undefined);
  await expect(visitor.log.locator('[data-message]')).toHaveCount(2);
  await expect(visitor.log.locator('[data-state=sending]')).toHaveCount(0);
  expect(broken).toEqual([]);
  expect(await played?.evaluate((audio) => audio.isConnected)).toBe(true);
  for (const person of [visitor, agent]) {
    const voice = person.log.getByRole('group', { name: 'Voice message' });
    await expect(voice).toBeVisible();
    await expect(voice.getByRole('slider', { name: 'Position' })).toHaveAttribute(
      'aria-valuetext',
      /^0:00 \/ \d+:\d\d$/,
    );
    await voice.getByRole('button', { name: 'Speed 1×' }).click();
    await heard(voice);
  }
  expect(await violations(agent.page)).toEqual([]);
  expect(await visitor.log.locator('[data-message]').count()).toBe(2);

  // A site that takes no more of them has no microphone; what is there is heard.
  await changeSite(server.url, { settings: { voice: false } });
  await visitor.page.reload();
  await visitor.page.getByRole('button', { name: 'Open chat' }).click();
  await heard(visitor.log.getByRole('group', { name: 'Voice message' }));
  await expect(record).toHaveCount(0);
  await expect(scope.getByRole('button', { name: 'Attach file' })).toBeVisible();
});

/** Plays, and is not stuck at its beginning. */
async function heard(where: Locator): Promise<void> {
  await where.getByRole('button', { name: 'Play', exact: true }).click();
  await expect
    .poll(() => where.locator('audio').evaluate((audio: HTMLAudioElement) => audio.played.length))
    .toBeGreaterThan(0);
}
