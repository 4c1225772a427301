import { expectProviders, expectSaid } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test('[RT-0][RT-1][RT-5] hosted Pusher first; when it is gone, the own server carries on', async ({
  stage,
}) => {
  test.setTimeout(120_000);
  // A second Pusher-protocol server of our own stands in for the hosted one.
  const hosted = await stage.realtime({
    REVERB_APP_ID: '1234567',
    REVERB_APP_KEY: 'hosted-key',
    REVERB_APP_SECRET: 'hosted-secret-of-the-stories',
  });
  const server = await stage.server({
    env: {
      BROADCAST_CONNECTION: 'pusher',
      PUSHER_APP_ID: '1234567',
      PUSHER_APP_KEY: 'hosted-key',
      PUSHER_APP_SECRET: 'hosted-secret-of-the-stories',
      PUSHER_HOST: '127.0.0.1',
      PUSHER_PORT: String(hosted.port),
      PUSHER_SCHEME: 'http',
    },
  });
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'pusher');
  const said = [firstMessage, 'by hosted Pusher', 'and back'];
  await agent.say('by hosted Pusher');
  await expectSaid(visitor.log, said.slice(0, 2));
  await visitor.say('and back');
  await expectSaid(agent.log, said);

  await hosted.kill('SIGKILL');
  await expectProviders(visitor.page, agent.page, 'reverb', 30_000);
  await agent.say('by the own server');
  said.push('by the own server');
  await expectSaid(visitor.log, said);
  await visitor.say('which heard me too');
  said.push('which heard me too');
  await expectSaid(agent.log, said);

  // The better provider is taken again when it is back.
  await hosted.startAgain();
  await expectProviders(visitor.page, agent.page, 'pusher', 60_000);
  await agent.say('by hosted Pusher again');
  await expectSaid(visitor.log, [...said, 'by hosted Pusher again']);
  expect(await visitor.log.locator('[data-state="failed"]').count()).toBe(0);
});
