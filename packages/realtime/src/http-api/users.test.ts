import { expect, test } from 'vitest';
import { connectRaw, type RawClient } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend } from '../testing/sdk-clients.ts';
import { ask, call } from '../testing/signed-call.ts';

async function signedIn(running: { port: number }, id: string): Promise<RawClient> {
  const client = await connectRaw(running);
  client.signIn({ id });
  await client.next('pusher:signin_success');
  return client;
}

test.each(['ann', '7', 'ann@example.com', 'a b', 'ä', '__proto__', '50%'])(
  '[PP-5][PP-8] the SDK ends the connections of user %j, and of no other',
  async (id) => {
    const running = await startRealtime();
    const [one, two, other] = await Promise.all([
      signedIn(running, id),
      signedIn(running, id),
      signedIn(running, `not ${id}`),
    ]);
    // The Node SDK does not escape the name; a client of HTTP does part of it.
    const path = `/apps/${APP.id}/users/${encodeURIComponent(id)}/terminate_connections`;
    const answer = id.includes('%')
      ? await call(running, '{}', { path })
      : await backend(running)
          .terminateUserConnections(id)
          .then(async (response) => ({
            status: response.status,
            body: (await response.json()) as unknown,
          }));
    expect(answer).toEqual({ status: 200, body: {} });
    expect((await Promise.all([one.closed, two.closed])).map(({ code }) => code)).toEqual([
      4009, 4009,
    ]);
    await other.roundTrip();
  },
);

test('[PP-8] a user who is not there has no connections to end', async () => {
  const running = await startRealtime();
  const path = `/apps/${APP.id}/users/nobody/terminate_connections`;
  expect(await call(running, '', { path })).toEqual({ status: 200, body: {} });
  expect((await call(running, '', { path, method: 'GET' })).status).toBe(405);
});

test('[PP-5] an event for a user reaches their sockets, alone or among others, and in a batch', async () => {
  const running = await startRealtime();
  const [ann, bob] = await Promise.all([signedIn(running, 'ann'), signedIn(running, 'bob')]);
  for (const [client, id] of [
    [ann, 'ann'],
    [bob, 'bob'],
  ] as const) {
    client.subscribe(`#server-to-user-${id}`);
    await client.next('pusher_internal:subscription_succeeded');
  }
  await backend(running).sendToUser('ann', 'alone', { n: 1 });
  const event = { name: 'among', data: '', channels: ['chat', '#server-to-user-ann'] };
  expect((await call(running, JSON.stringify(event))).status).toBe(200);
  const batch = [{ name: 'batch', data: '', channel: '#server-to-user-ann' }];
  const path = `/apps/${APP.id}/batch_events`;
  expect((await call(running, JSON.stringify({ batch }), { path })).status).toBe(200);
  await Promise.all([ann.roundTrip(), bob.roundTrip()]);
  const heard = (client: RawClient, id: string): string[] =>
    client.eventsOn(`#server-to-user-${id}`).map((frame) => frame.event);
  expect(heard(ann, 'ann')).toEqual(['alone', 'among', 'batch']);
  expect(heard(bob, 'bob')).toEqual([]);
  // It is how the protocol does it, and no channel of the app's.
  expect((await ask(running, '/channels')).body).toEqual({ channels: {} });
});

test('[PP-8] a disabled app is told so, whoever is not its owner nothing', async () => {
  const running = await startRealtime({ apps: [{ ...APP, enabled: false }] });
  const event = JSON.stringify({ name: 'e', channel: 'chat', data: '' });
  expect(await call(running, event)).toEqual({ status: 403, body: 'This app is disabled\n' });
  expect((await call(running, event, { secret: 'wrong' })).status).toBe(401);
});
