import { expectProviders, expectSaid } from './harness/people.ts';
import { firstMessage, test } from './harness/story.ts';

const app = {
  REVERB_APP_ID: 'parley',
  REVERB_APP_KEY: 'external-key',
  REVERB_APP_SECRET: 'external-secret-of-the-stories',
};

test('[RT-4] REVERB_SERVER=external: stopped, the conversation falls back; started, it returns', async ({
  stage,
}) => {
  test.setTimeout(120_000);
  const realtime = await stage.realtime(app);
  const server = await stage.server({
    env: {
      ...app,
      REVERB_SERVER: 'external',
      REVERB_HOST: '127.0.0.1',
      REVERB_PORT: String(realtime.port),
      REVERB_SCHEME: 'http',
    },
  });
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');
  await agent.say('over the second process');
  const said = [firstMessage, 'over the second process'];
  await expectSaid(visitor.log, said);

  await realtime.kill('SIGTERM');
  await expectProviders(visitor.page, agent.page, 'polling');
  await visitor.say('without it');
  await agent.say('still here');
  said.push('without it', 'still here');
  await expectSaid(agent.log, said);
  await expectSaid(visitor.log, said);

  await realtime.startAgain();
  await expectProviders(visitor.page, agent.page, 'reverb', 45_000);
  await visitor.say('with it again');
  said.push('with it again');
  await expectSaid(agent.log, said);
  await expectSaid(visitor.log, said);
});
