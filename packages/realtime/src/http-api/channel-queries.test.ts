import { describe, expect, test } from 'vitest';
import type { ListeningRealtime } from '../listen.ts';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend } from '../testing/sdk-clients.ts';
import { ask, call } from '../testing/signed-call.ts';

/** Ann with two sockets and Bob on `presence-a`, one of Ann's on three more. */
async function occupied(): Promise<ListeningRealtime> {
  const running = await startRealtime();
  const [ann, other, bob] = await Promise.all([
    connectRaw(running),
    connectRaw(running),
    connectRaw(running),
  ]);
  await ann.join('presence-a', { user_id: 'ann' });
  await other.join('presence-a', { user_id: 'ann' });
  await bob.join('presence-a', { user_id: 7 });
  for (const name of ['chat', 'private-chat', '__proto__']) await ann.join(name);
  return running;
}

test('[PP-8] the last event of a cache channel is told to who asks for it', async () => {
  const running = await startRealtime();
  const sent = { price: 7 };
  await backend(running).trigger('cache-a', 'now', sent);
  const query = { info: 'cache,subscription_count' };
  const { status, body } = await ask(running, '/channels/cache-a', query);
  const { cache, ...rest } = body as { cache: { data: string; ttl: number } };
  expect({ status, rest }).toEqual({
    status: 200,
    rest: { occupied: false, subscription_count: 0 },
  });
  expect(cache.data).toBe(JSON.stringify(sent));
  expect(cache.ttl).toBeGreaterThan(1700);
  expect(cache.ttl).toBeLessThanOrEqual(1800);
  for (const name of ['cache-b', 'a']) {
    expect(await ask(running, `/channels/${name}`, { info: 'cache' })).toEqual({
      status: 200,
      body: { occupied: false },
    });
  }
});

describe('GET channels', () => {
  test('[PP-8] names the occupied ones', async () => {
    const running = await occupied();
    const response = await backend(running).get({ path: '/channels' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(
      '{"channels":{"presence-a":{},"chat":{},"private-chat":{},"__proto__":{}}}',
    );
  });

  test('[PP-8] by prefix, with the attributes that were asked for', async () => {
    const running = await occupied();
    const query = { filter_by_prefix: 'presence-', info: 'user_count,subscription_count' };
    expect(await ask(running, '/channels', query)).toEqual({
      status: 200,
      body: { channels: { 'presence-a': { user_count: 2, subscription_count: 3 } } },
    });
    const counts = { filter_by_prefix: 'c', info: 'subscription_count' };
    expect(await ask(running, '/channels', counts)).toEqual({
      status: 200,
      body: { channels: { chat: { subscription_count: 1 } } },
    });
    expect(await ask(running, '/channels', { filter_by_prefix: 'none' })).toEqual({
      status: 200,
      body: { channels: {} },
    });
  });

  test.each([{}, { filter_by_prefix: 'private-' }, { filter_by_prefix: 'presence' }])(
    '[PP-8] counts users of presence channels only: %j',
    async (query) => {
      const running = await startRealtime();
      expect(await ask(running, '/channels', { ...query, info: 'user_count' })).toEqual({
        status: 400,
        body: 'user_count may only be requested for presence channels - please supply filter_by_prefix begining with presence-\n',
      });
    },
  );
});

describe('GET channels/NAME', () => {
  test('[PP-8] says whether it is occupied, and what was asked for', async () => {
    const running = await occupied();
    const info = 'user_count, subscription_count';
    expect(await ask(running, '/channels/presence-a', { info })).toEqual({
      status: 200,
      body: { occupied: true, user_count: 2, subscription_count: 3 },
    });
    expect((await ask(running, '/channels/presence-a')).body).toEqual({ occupied: true });
    expect((await ask(running, '/channels/nobody')).body).toEqual({ occupied: false });
    expect((await ask(running, '/channels/presence-nobody', { info })).body).toEqual({
      occupied: false,
      user_count: 0,
      subscription_count: 0,
    });
    expect((await ask(running, '/channels/__proto__')).body).toEqual({ occupied: true });
    expect((await ask(running, '/channels/constructor')).body).toEqual({ occupied: false });
  });

  test('[PP-8] has no users to count where there is no presence', async () => {
    const running = await startRealtime();
    expect(await ask(running, '/channels/chat', { info: 'user_count' })).toEqual({
      status: 400,
      body: 'Cannot retrieve the user count unless the channel is a presence channel\n',
    });
    expect(await ask(running, '/channels/chat', { info: 'secrets' })).toEqual({
      status: 400,
      body: expect.stringContaining(
        'info should be a comma separated list of attributes',
      ) as string,
    });
  });
});

describe('GET channels/NAME/users', () => {
  test('[PP-8] names each user once', async () => {
    const running = await occupied();
    const response = await backend(running).get({ path: '/channels/presence-a/users' });
    expect(await response.json()).toEqual({ users: [{ id: 'ann' }, { id: '7' }] });
    expect(await ask(running, '/channels/presence-nobody/users')).toEqual({
      status: 200,
      body: { users: [] },
    });
  });

  test('[PP-8] is 400 for a channel without presence', async () => {
    const running = await occupied();
    for (const name of ['chat', 'private-chat', 'presence']) {
      expect(await ask(running, `/channels/${name}/users`)).toEqual({
        status: 400,
        body: 'Users can only be retrieved for presence channels\n',
      });
    }
  });
});

test('GET connections counts the sockets, as Reverb does', async () => {
  const running = await occupied();
  expect(await ask(running, '/connections')).toEqual({ status: 200, body: { connections: 3 } });
});

describe('a name in the path', () => {
  test('[PP-8] is unescaped once, whether it was signed as it is sent or plain', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('presence-a;b@c=d,e', { user_id: 'ann' });
    const path = `/apps/${APP.id}/channels/presence-a%3Bb%40c%3Dd%2Ce/users`;
    const users = { status: 200, body: { users: [{ id: 'ann' }] } };
    expect(await call(running, '', { method: 'GET', path })).toEqual(users);
    const signedPath = decodeURIComponent(path);
    expect(await call(running, '', { method: 'GET', path, signedPath })).toEqual(users);
    expect(await call(running, '', { method: 'GET', path: signedPath })).toEqual(users);
    expect(await ask(running, '/channels/presence-a%253Bb/users')).toEqual({
      status: 400,
      body: SOME_TEXT,
    });
  });

  test('[PP-8] is not another call than the one that was signed', async () => {
    const running = await startRealtime();
    const signedPath = `/apps/${APP.id}/channels/presence-a/users`;
    const path = `/apps/${APP.id}/channels/presence-a%2Fusers`;
    expect((await call(running, '', { method: 'GET', path, signedPath })).status).toBe(401);
  });

  test.each([
    ['/channels/chat%0A', 400],
    ['/channels/chat%00', 400],
    ['/channels/%23server-to-user-1', 400],
    ['/channels/%ff', 400],
    ['/channels/%', 400],
    [`/channels/${'x'.repeat(201)}`, 400],
    ['/channels/a%2Fb', 400],
    ['/channels//users', 404],
    ['/channels/a/b/users', 404],
    ['/channels/a/users/', 400],
    ['/channels/presence-a/users/', 200],
    ['/channels/', 200],
    ['/channels//', 404],
  ])('[PP-10] %s: %i', async (path, status) => {
    const running = await startRealtime();
    expect((await ask(running, path)).status).toBe(status);
  });
});
