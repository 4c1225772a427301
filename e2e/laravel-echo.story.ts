import Echo from 'laravel-echo';
import { Pusher } from './harness/pusher.ts';
import { newVisitor } from './harness/api.ts';
import { expect, test } from './harness/story.ts';

test('[PP-1][PP-3] Laravel Echo, unchanged, hears a message with the payload of SPEC §4', async ({
  stage,
}) => {
  const server = await stage.server({
    env: {
      REVERB_APP_ID: 'echo-app',
      REVERB_APP_KEY: 'echo-key',
      REVERB_APP_SECRET: 'echo-secret-of-the-stories',
    },
  });
  const visitor = await newVisitor(server.url);
  const { conversation_id } = await visitor.send('first');

  const echo = new Echo({
    broadcaster: 'reverb',
    Pusher,
    key: 'echo-key',
    wsHost: '127.0.0.1',
    wsPort: server.port,
    wssPort: server.port,
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
    authEndpoint: `${server.url}/broadcasting/auth`,
    auth: { headers: { Authorization: `Bearer ${visitor.token}` } },
  });
  try {
    const heard: unknown[] = [];
    const channel = echo.private(`chat.conversation.${conversation_id}`);
    channel.listen('.ChatMessageReceived', (event: unknown) => heard.push(event));
    await new Promise<void>((resolve, reject) => {
      channel
        .subscribed(() => resolve())
        .error((error: unknown) => reject(new Error(JSON.stringify(error))));
    });

    const clientMessageId = crypto.randomUUID();
    const sent = await visitor.send('heard by Echo', clientMessageId);
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toEqual({
      id: sent.id,
      conversation_id,
      seq: 2,
      client_message_id: clientMessageId,
      sender_type: 'visitor',
      sender_name: null,
      text: 'heard by Echo',
      attachments: [],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      timestamp: expect.any(Number),
    });
    expect(Date.parse(`${sent.created_at.replace(' ', 'T')}Z`) / 1000).toBe(sent.timestamp);
  } finally {
    echo.disconnect();
  }
});
