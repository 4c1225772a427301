import { expect, test } from 'vitest';
import { connectRaw } from '../testing/raw-client.ts';
import { startRealtime } from '../testing/running-server.ts';

test('[PP-6] too many messages are refused one by one, and the connection lives', async () => {
  // None comes back within the test.
  const messageRate = { max: 5, window_ms: 3_600_000, closes: false };
  const running = await startRealtime({ limits: { messageRate } });
  const [client, other] = await Promise.all([connectRaw(running), connectRaw(running)]);
  for (let n = 0; n < 4; n += 1) client.subscribe(`channel-${n}`);
  await client.roundTrip();
  client.subscribe('one-too-many');
  expect((await client.next('pusher:error')).data).toMatchObject({ code: 4301 });
  expect(running.server.stats().channels).toBe(4);
  client.webSocket.send(Buffer.from([1]));
  expect((await client.next('pusher:error')).data).toMatchObject({ code: 4301 });
  // Of the server's own it still hears, and nobody else is the worse for it.
  running.server.publish({ appId: '7', channels: ['channel-0'], event: 'e', data: '1' });
  await client.next('e');
  await other.roundTrip();
});

test('[PP-7] or it is closed with a code after which pusher-js takes a while to come back', async () => {
  const messageRate = { max: 2, window_ms: 3_600_000, closes: true };
  const running = await startRealtime({ limits: { messageRate } });
  const client = await connectRaw(running);
  await client.roundTrip();
  await client.roundTrip();
  client.subscribe('one-too-many');
  expect((await client.closed).code).toBe(4100);
});

test('after a pause there is room again', async () => {
  const messageRate = { max: 1, window_ms: 100, closes: false };
  const running = await startRealtime({ limits: { messageRate } });
  const client = await connectRaw(running);
  client.subscribe('a');
  await client.next('pusher_internal:subscription_succeeded', 'a');
  await expect
    .poll(() => {
      client.subscribe('b');
      return running.server.stats().channels;
    })
    .toBe(2);
});
