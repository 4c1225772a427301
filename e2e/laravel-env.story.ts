import { freePort } from '../scripts/testing/free-port.ts';
import { expectProviders, expectSaid } from './harness/people.ts';
import { siteToken } from './harness/server.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test("the .env of a Laravel installation works as it is: Reverb's port is listened on too", async ({
  stage,
}) => {
  const reverbPort = await freePort();
  const server = await stage.server({
    env: {
      BROADCAST_CONNECTION: 'reverb',
      REVERB_APP_ID: '681234',
      REVERB_APP_KEY: 'laravel-herd',
      REVERB_APP_SECRET: 'secret-of-the-env',
      REVERB_HOST: 'localhost',
      REVERB_PORT: String(reverbPort),
      REVERB_SCHEME: 'http',
    },
  });
  const config = await fetch(`${server.url}/api/chatbot/config`, {
    headers: { authorization: `Bearer ${siteToken}` },
  });
  expect(await config.json()).toMatchObject({
    realtimeProvider: 'reverb',
    reverb: {
      enabled: true,
      key: 'laravel-herd',
      host: 'localhost',
      port: reverbPort,
      scheme: 'http',
    },
  });

  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');
  const sockets: string[] = [];
  visitor.page.on('websocket', (socket) => sockets.push(socket.url()));
  await visitor.page.reload();
  await expect
    .poll(() => sockets.join('\n'))
    .toContain(`ws://localhost:${reverbPort}/app/laravel-herd`);
  await agent.say('over the port of Reverb');
  await expectSaid(agent.log, [firstMessage, 'over the port of Reverb']);
});
