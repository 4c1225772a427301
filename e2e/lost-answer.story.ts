import { expectProviders, expectSaid, shown } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test('[SYNC-2][SYNC-9] a message whose answer is lost is sent again, and stands once', async ({
  stage,
}) => {
  const server = await stage.server();
  // Polling as well as sending goes through the proxy, so nothing else tells that it arrived.
  const visitorProxy = await stage.proxy(server, 'refuse-upgrade');
  const agentProxy = await stage.proxy(server, 'refuse-upgrade');
  const { visitor, agent } = await stage.conversation(visitorProxy.url, agentProxy.url);
  await expectProviders(visitor.page, agent.page, 'polling');

  const posts = (): number =>
    visitorProxy.exchanges.filter(({ path }) => path === '/api/chatbot/message').length;
  const before = posts();
  visitorProxy.mode = 'lose-answers';
  await visitor.say('did you get this?');
  await expect.poll(posts).toBeGreaterThan(before + 1);
  visitorProxy.mode = 'refuse-upgrade';

  await expect(shown(visitor.log, 'did you get this?')).toHaveAttribute('data-state', /sent|read/);
  await agent.say('once');
  const said = [firstMessage, 'did you get this?', 'once'];
  await expectSaid(visitor.log, said);
  await expectSaid(agent.log, said);
});
