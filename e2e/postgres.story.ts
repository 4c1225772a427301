import { expectProviders, expectSaid } from './harness/people.ts';
import { firstMessage, test } from './harness/story.ts';

test.use({ database: 'postgres' });

test('[RT-4][SYNC-1] on PostgreSQL: both directions live, and again after a crash', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');
  await agent.say('before');
  const said = [firstMessage, 'before', 'during', 'after'];
  await expectSaid(visitor.log, said.slice(0, 2));

  await server.kill('SIGKILL');
  await visitor.say('during');
  await server.startAgain();
  await expectProviders(visitor.page, agent.page, 'reverb', 45_000);
  await expectSaid(agent.log, said.slice(0, 3));
  await agent.say('after');
  await expectSaid(visitor.log, said);
  await expectSaid(agent.log, said);
});
