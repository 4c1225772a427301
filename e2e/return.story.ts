import { expectProviders, expectSaid, openChat, openVisitor } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test('a visitor who reloads, or comes back tomorrow, finds the conversation', async ({ stage }) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await agent.say('see you tomorrow');
  const said = [firstMessage, 'see you tomorrow'];
  await expectSaid(visitor.log, said);

  await visitor.page.reload();
  const reloaded = await openChat(visitor.page);
  await expectSaid(reloaded.log, said);

  const storageState = await visitor.page.context().storageState({ indexedDB: true });
  await visitor.page.context().close();
  const tomorrow = await openVisitor(await stage.browser({ storageState }), server.url);
  await expectSaid(tomorrow.log, said);
  await tomorrow.say('here I am again');
  await expectSaid(agent.log, [...said, 'here I am again']);

  // Another browser is another visitor, or the test above would show nothing.
  const stranger = await openVisitor(await stage.browser(), server.url);
  await expectSaid(stranger.log, []);
});

test('[RT-6] two tabs of one visitor show the same, whoever writes where', async ({ stage }) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  const second = await openVisitor(await visitor.page.context().newPage(), server.url);
  await expectSaid(second.log, [firstMessage]);

  // Each when the one before has arrived: only then is there an order.
  await second.say('from the second tab');
  await expectSaid(agent.log, [firstMessage, 'from the second tab']);
  await visitor.say('from the first tab');
  await expectSaid(agent.log, [firstMessage, 'from the second tab', 'from the first tab']);
  await agent.say('to both');
  for (const text of ['from the second tab', 'from the first tab', 'to both']) {
    for (const { log } of [visitor, second, agent]) await expect(log.getByText(text)).toBeVisible();
  }
  const order = ['from the second tab', 'from the first tab', 'to both'];
  await expectSaid(second.log, [firstMessage, ...order]);
  await expectSaid(visitor.log, [firstMessage, ...order]);
  await expectSaid(agent.log, [firstMessage, ...order]);
});

test('the agent who reloads stays signed in, with the conversation open', async ({ stage }) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await agent.page.reload();
  await expectSaid(agent.log, [firstMessage]);
  await expectProviders(visitor.page, agent.page, 'reverb');
});
