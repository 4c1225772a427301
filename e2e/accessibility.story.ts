import { must, newAgent } from './harness/api.ts';
import { violations } from './harness/axe.ts';
import { expectSaid } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

for (const viewport of sizes) {
  test(`widget and dashboard have no accessibility violations in both themes (${viewport.width} px)`, async ({
    stage,
  }) => {
    const server = await stage.server();
    const look = { viewport, reducedMotion: 'reduce' as const };
    const { visitor, agent } = await stage.conversation(server.url, server.url, look);
    await agent.say('good morning');
    await expectSaid(visitor.log, [firstMessage, 'good morning']);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const { page } of [visitor, agent]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect(await violations(page), colorScheme).toEqual([]);
      }
    }
  });
}

test('all of the widget is reached and left by keyboard, and a screen reader hears each answer once', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser({ reducedMotion: 'reduce' });
  // What a live region announces: what is added to it, where nothing nearer switches that off.
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof Element)) continue;
        for (const element of [node, ...node.querySelectorAll('*')]) {
          const region = element.closest('[aria-live], [role=log]');
          if (element.matches('.bubble') && region?.getAttribute('aria-live') !== 'off')
            heard.push(element.textContent);
        }
      }
    }).observe(document, { childList: true, subtree: true });
  });
  const panel = page.frameLocator('iframe[title="Chat"]');
  const log = panel.getByRole('log');
  const heard = (): Promise<readonly string[]> =>
    log.evaluate(() => (globalThis as unknown as { heard: readonly string[] }).heard);
  const focused = (): Promise<string> =>
    panel.locator('body').evaluate(() => {
      const { activeElement: element } = document;
      const label = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      return element === document.body ? 'nothing' : label;
    });
  async function press(...steps: readonly (readonly [key: string, then: string])[]): Promise<void> {
    for (const [key, then] of steps) {
      await page.keyboard.press(key);
      await expect.poll(focused, { message: key, intervals: [20, 40, 80, 160] }).toBe(then);
    }
  }
  const launcher = page.getByRole('button', { name: 'Open chat' });
  async function openByKeyboard(): Promise<void> {
    await expect(launcher).toBeVisible();
    const isThere = () => launcher.evaluate((button) => button.matches(':focus'));
    for (let tabs = 0; tabs < 30 && !(await isThere()); tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('Message');
  }

  await page.goto(`${server.url}/chatbot-test.html`);
  await openByKeyboard();
  await page.keyboard.type('hello');
  await press(['Enter', 'Message']);
  await expectSaid(log, ['hello']);
  const agent = await newAgent(server.url);
  for (const text of ['good morning', 'how are you?'])
    must(
      await agent.call('POST', '/admin/chatbot/1/reply', {
        text,
        client_message_id: crypto.randomUUID(),
      }),
    );
  await expectSaid(log, ['hello', 'good morning', 'how are you?']);
  expect(await heard()).toEqual(['good morning', 'how are you?']);

  await press(['Shift+Tab', 'Attach file'], ['Shift+Tab', 'Delete message']);
  await press(['Shift+Tab', 'Edit message'], ['Shift+Tab', 'Conversation']);
  await press(['Shift+Tab', 'Close chat'], ['Shift+Tab', 'Options']);
  await press(['Enter', 'Sound'], ['ArrowDown', 'Notify me of answers'], ['Escape', 'Options']);
  await press(['Tab', 'Close chat'], ['Tab', 'Conversation'], ['Tab', 'Edit message']);
  await press(['Enter', 'Message'], ['Escape', 'Message']);
  await expect(panel.getByText('Editing message')).toBeHidden();
  await press(['Shift+Tab', 'Attach file'], ['Shift+Tab', 'Delete message'], ['Enter', 'Delete']);
  await press(['Tab', 'Keep'], ['Enter', 'Delete message'], ['Enter', 'Delete']);
  await press(['Escape', 'Delete message'], ['Enter', 'Delete'], ['Enter', 'Conversation']);
  await expectSaid(log, ['This message was deleted', 'good morning', 'how are you?']);
  await press(['Tab', 'Attach file'], ['Tab', 'Message'], ['Tab', 'Emoji']);
  await press(['Enter', 'Search emoji'], ['Escape', 'Message'], ['Tab', 'Emoji']);
  await press(['Tab', 'Record voice message'], ['Enter', 'Dismiss']);
  await press(['Enter', 'Record voice message']);
  await page.context().grantPermissions(['microphone']);
  await press(['Enter', 'Stop recording'], ['Escape', 'Send'], ['Shift+Tab', 'Speed 1×']);
  await press(['Shift+Tab', 'Position'], ['Shift+Tab', 'Play'], ['Shift+Tab', 'Discard recording']);
  await press(['Enter', 'Record voice message']);

  must(await agent.call('PATCH', '/admin/chatbot/1', { status: 'resolved' }));
  await expect(panel.getByText('How did we do?')).toBeVisible();
  await press(['Shift+Tab', 'Emoji'], ['Shift+Tab', 'Message'], ['Shift+Tab', 'Attach file']);
  await press(['Shift+Tab', 'Not now'], ['Shift+Tab', 'Very good'], ['Space', 'Very good']);
  await press(
    ['ArrowLeft', 'Good'],
    ['Tab', 'Anything you would like to add?'],
    ['Tab', 'Not now'],
  );
  await press(['Tab', 'Submit rating'], ['Enter', 'Message']);
  await page.keyboard.press('Escape');
  await expect(launcher).toBeFocused();

  // History is there to be read, not announced.
  await page.reload();
  await openByKeyboard();
  await expectSaid(log, ['This message was deleted', 'good morning', 'how are you?']);
  expect(await heard()).toEqual([]);
});
