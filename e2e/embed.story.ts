import { expectProviders, expectSaid, openVisitor } from './harness/people.ts';
import { siteToken } from './harness/server.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test('the widget works on a website of another origin, with one script tag', async ({ stage }) => {
  const server = await stage.server();
  const website = await stage.website(
    `<!doctype html><title>A shop</title><h1>A shop</h1>
     <script async src="${server.url}/chatbot-widget.js" data-token="${siteToken}"></script>`,
  );
  const { visitor, agent } = await stage.conversation(website.url, server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');
  await agent.say('welcome to the shop');
  await expectSaid(visitor.log, [firstMessage, 'welcome to the shop']);
  await visitor.say('thank you');
  await expectSaid(agent.log, [firstMessage, 'welcome to the shop', 'thank you']);

  // The website is left as it was: its page has one name more, and no styles or scripts of ours.
  await expect(visitor.page.getByRole('heading', { name: 'A shop' })).toBeVisible();
});

test('[RT-9] the console stays silent, and tells the story with data-debug', async ({ stage }) => {
  const server = await stage.server();
  const embed = (attributes: string): string =>
    `<!doctype html><title>A shop</title><script async src="${server.url}/chatbot-widget.js"
     data-token="${siteToken}" ${attributes}></script>`;
  for (const [attributes, expected] of [
    ['', /^$/],
    ['data-debug', /reverb/],
  ] as const) {
    const website = await stage.website(embed(attributes));
    const page = await stage.browser();
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    page.on('pageerror', (error) => lines.push(String(error)));
    const visitor = await openVisitor(page, website.url, '/');
    await visitor.say('hello');
    await expect(visitor.log.locator('[data-state="sent"]')).toBeVisible();
    await expect.poll(() => lines.join('\n')).toMatch(expected);
  }
});
