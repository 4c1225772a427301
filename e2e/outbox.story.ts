import {
  expectSaid,
  messagesIn,
  openChat,
  openedConversation,
  openVisitor,
  shown,
} from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const three = ['one', 'two', 'three'];

test('[SYNC-9] reloaded in the moment of sending: everything arrives, once and in order', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const said = [firstMessage];
  for (const round of ['first', 'second', 'third']) {
    for (const word of three) {
      await visitor.say(`${word} of the ${round} round`);
      said.push(`${word} of the ${round} round`);
    }
    // At once, whatever is under way.
    await visitor.page.reload();
    await openChat(visitor.page);
  }
  await expectSaid(agent.log, said);
  await expectSaid(visitor.log, said);

  for (const word of three) await agent.say(`${word} of the agent`);
  said.push(...three.map((word) => `${word} of the agent`));
  await agent.page.reload();
  await expectSaid((await openedConversation(agent.page)).log, said);
  await expectSaid(visitor.log, said);
});

test('[SYNC-2][SYNC-9] reloaded between commit and answer: sent again, and stands once', async ({
  stage,
}) => {
  const server = await stage.server();
  const proxy = await stage.proxy(server);
  const { visitor, agent } = await stage.conversation(proxy.url);
  proxy.mode = 'lose-answers';
  for (const word of three) {
    await visitor.say(`${word} of the visitor`);
    await agent.say(`${word} of the agent`);
  }
  const posts = () => proxy.exchanges.filter(({ path }) => /message$|reply$/.test(path)).length;
  await expect.poll(posts).toBeGreaterThan(3);
  proxy.mode = 'pass';
  await Promise.all([visitor.page.reload(), agent.page.reload()]);
  await openChat(visitor.page);
  for (const { log } of [visitor, agent]) {
    await expect.poll(async () => (await messagesIn(log)).length).toBe(1 + 2 * three.length);
    for (const side of ['visitor', 'agent']) {
      const texts = (await messagesIn(log)).map(({ text }) => text);
      const places = three.map((word) =>
        texts.findIndex((text) => text.includes(`${word} of the ${side}`)),
      );
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places).not.toContain(-1);
    }
  }
});

test('[SYNC-9] written offline, the page closed: the next page sends it, chat opened or not', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const context = visitor.page.context();
  await context.setOffline(true);
  await visitor.say('written in the tunnel');
  await visitor.say('and one more');
  await expect(shown(visitor.log, 'and one more')).toHaveAttribute('data-state', 'sending');
  await visitor.page.close();
  await context.setOffline(false);

  const next = await context.newPage();
  await next.goto(`${server.url}/chatbot-test.html`);
  await expectSaid(agent.log, [firstMessage, 'written in the tunnel', 'and one more']);
});

test('[SYNC-9] a first message that found no server is there on the next page, before it answers', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  const visitor = await openVisitor(page, server.url);
  await page.route(CALLS, (route) => route.abort());
  // Nor what draws messages comes.
  await page.route(ROWS, (route) => route.abort());
  await visitor.say('hello? anybody?');
  await expect(visitor.log.getByText('hello? anybody?')).toBeVisible();
  await page.unroute(ROWS);
  await expect(shown(visitor.log, 'hello? anybody?')).toHaveAttribute('data-state', 'sending');
  await page.reload();
  const again = await openChat(page);
  await expect(shown(again.log, 'hello? anybody?')).toHaveAttribute('data-state', 'sending');
  await page.unroute(CALLS);
  await expect(shown(again.log, 'hello? anybody?')).toHaveAttribute('data-state', 'sent', {
    timeout: 30_000,
  });
  expect(await messagesIn(again.log)).toHaveLength(1);
});

/** Who the visitor is, and what is sent. */
const CALLS = /\/api\/chatbot\/(init|message)$/;
const ROWS = '**/assets/rows-*.js';

test('[SYNC-9] a browser that stores nothing: everything works, for as long as the page lives', async ({
  stage,
}) => {
  const server = await stage.server();
  const page = await stage.browser();
  await page.addInitScript(() => {
    const refused = (): never => {
      throw new DOMException('no storage here', 'SecurityError');
    };
    for (const name of ['indexedDB', 'localStorage', 'sessionStorage']) {
      Object.defineProperty(globalThis, name, { get: refused });
    }
  });
  const visitor = await openVisitor(page, server.url);
  await visitor.say('kept nowhere');
  await expect(shown(visitor.log, 'kept nowhere')).toHaveAttribute('data-state', 'sent');
});
