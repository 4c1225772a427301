import { describe, expect, test } from 'vitest';
import { connectRaw } from '../testing/raw-client.ts';
import { startRealtime } from '../testing/running-server.ts';
import { backend, nextEvent, pusherClient, subscribed } from '../testing/sdk-clients.ts';

const SECRET = 'only the backend and the subscribers can read this: ä😀';

describe('encrypted channels', () => {
  test.each(['private-encrypted-chat', 'private-encrypted-cache-chat'])(
    '[PP-3] %s: pusher-js opens what the server SDK sealed, the server reads none of it',
    async (name) => {
      const running = await startRealtime();
      const channel = await subscribed(pusherClient(running), name);
      const heard = nextEvent(channel, 'message');
      const raw = await connectRaw(running);
      await raw.join(name);
      await backend(running).trigger(name, 'message', { text: SECRET });
      expect(await heard).toEqual({ text: SECRET });
      const sealed = (await raw.next('message')).data as string;
      expect(sealed).not.toContain('backend');
      expect(Object.keys(JSON.parse(sealed) as object)).toEqual(['nonce', 'ciphertext']);
    },
  );

  test('[PP-3] the last event of an encrypted cache channel is opened by who comes later', async () => {
    const running = await startRealtime();
    const name = 'private-encrypted-cache-chat';
    await backend(running).trigger(name, 'message', { text: SECRET });
    const late = pusherClient(running).subscribe(name);
    expect(await nextEvent(late, 'message')).toEqual({ text: SECRET });
  });

  test('[PP-3] they need a signature like any private channel', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    client.subscribe('private-encrypted-chat');
    const { data } = await client.next('pusher:subscription_error');
    expect(data).toMatchObject({ type: 'AuthError', status: 401 });
  });
});
