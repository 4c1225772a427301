import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { backend, nextEvent, pusherClient, subscribed } from '../testing/sdk-clients.ts';
import { call, EVENTS, type CallOptions } from '../testing/signed-call.ts';
import { signRequest } from './request-signature.ts';

const EVENT = { name: 'e', channels: ['chat'], data: '{}' };

describe('publishing with the server SDK', () => {
  test('[PP-8] reaches pusher-js, objects and texts alike', async () => {
    const running = await startRealtime();
    const client = pusherClient(running);
    const channel = await subscribed(client, 'private-chat');
    const http = backend(running);

    const object = nextEvent(channel, 'object');
    await http.trigger('private-chat', 'object', { text: 'ä😀\u2028 "quoted"', n: [1, null] });
    expect(await object).toEqual({ text: 'ä😀\u2028 "quoted"', n: [1, null] });

    const text = nextEvent(channel, 'text');
    await http.trigger(['private-chat', 'other'], 'text', 'not JSON');
    expect(await text).toBe('not JSON');
  });

  test('[PP-8] leaves out the socket that caused the event', async () => {
    const running = await startRealtime();
    const [sender, other] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await sender.join('private-chat');
    await other.join('private-chat');
    await backend(running).trigger('private-chat', 'e', {}, { socket_id: sender.socketId });
    expect(await other.next('e')).toEqual({ event: 'e', channel: 'private-chat', data: '{}' });
    await sender.roundTrip();
    expect(sender.eventsOn('private-chat')).toEqual([]);
  });

  test('[PP-8] answers {} or the attributes that were asked for', async () => {
    const running = await startRealtime();
    const clients = await Promise.all(Array.from({ length: 3 }, async () => connectRaw(running)));
    for (const [i, client] of clients.entries()) {
      await client.join('presence-chat', { user_id: i < 2 ? 'ann' : 'bob' });
    }
    const http = backend(running);
    const plain = await http.trigger('presence-chat', 'e', {});
    expect([plain.status, await plain.json()]).toEqual([200, {}]);

    const names = ['presence-chat', 'empty', 'presence-empty'];
    const info = 'user_count,subscription_count';
    const answer = await http.trigger(names, 'e', {}, { info });
    expect(await answer.json()).toEqual({
      channels: {
        'presence-chat': { user_count: 2, subscription_count: 3 },
        empty: { subscription_count: 0 },
        'presence-empty': { user_count: 0, subscription_count: 0 },
      },
    });
  });

  test('[PP-8] a channel that is named twice hears once', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    await backend(running).trigger(['chat', 'chat'], 'e', {});
    await client.roundTrip();
    expect(client.eventsOn('chat')).toHaveLength(1);
  });

  test('[PP-8] with a wrong secret it is told 401', async () => {
    const running = await startRealtime();
    const http = backend(running, { ...APP, secret: 'wrong' });
    await expect(http.trigger('chat', 'e', {})).rejects.toMatchObject({ status: 401 });
  });

  test('[PP-10] 10 KB of data go through, one byte more is told 413', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const http = backend(running);
    await http.trigger('chat', 'e', '"'.repeat(10_240));
    expect((await client.next('e')).data).toBe('"'.repeat(10_240));
    await expect(http.trigger('chat', 'e', 'x'.repeat(10_241))).rejects.toMatchObject({
      status: 413,
    });
  });
});

describe('a call', () => {
  test('[PP-8] of another app, path or method', async () => {
    const running = await startRealtime();
    const body = JSON.stringify(EVENT);
    const status = async (options: CallOptions): Promise<number> =>
      (await call(running, body, options)).status;
    expect(await status({ path: '/apps/8/events' })).toBe(404);
    expect(await status({ path: '/apps/__proto__/events' })).toBe(404);
    expect(await status({ path: `/apps/${APP.id}/nothing` })).toBe(404);
    expect(await status({ path: `/apps/${APP.id}` })).toBe(404);
    expect(await status({ path: '/apps/' })).toBe(404);
    expect(await status({ method: 'GET' })).toBe(405);
    expect(await status({})).toBe(200);
  });

  test('[PP-8] that is not signed, wrongly signed, too old or altered', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const body = JSON.stringify(EVENT);
    const now_s = Math.floor(Date.now() / 1000);
    const refused: CallOptions[] = [
      { secret: 'wrong' },
      { query: { auth_key: 'wrong' } },
      { query: { auth_version: '2.0' } },
      { query: { auth_timestamp: String(now_s - 700) } },
      { query: { auth_timestamp: String(now_s + 700) } },
      { query: { body_md5: createHash('md5').update(`${body} `).digest('hex') } },
    ];
    for (const options of refused) {
      expect(await call(running, body, options)).toEqual({
        status: 401,
        body: SOME_TEXT,
      });
    }
    const unsigned = await fetch(`http://127.0.0.1:${running.port}${EVENTS}`, {
      method: 'POST',
      body,
    });
    expect(unsigned.status).toBe(401);
    await client.roundTrip();
    expect(client.eventsOn('chat')).toEqual([]);
  });

  test('[PP-8] with one parameter twice', async () => {
    const running = await startRealtime();
    const { status } = await call(running, '{}', { query: { AUTH_KEY: APP.key } });
    expect(status).toBe(400);
  });

  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22])],
    ['no name', { ...EVENT, name: undefined }],
    ['a name that is a list', { ...EVENT, name: ['e'] }],
    ['an empty name', { ...EVENT, name: '' }],
    ['a name that is too long', { ...EVENT, name: 'x'.repeat(201) }],
    ['a name of the protocol', { ...EVENT, name: 'pusher_internal:member_added' }],
    ['no data', { ...EVENT, data: undefined }],
    ['data that is an object', { ...EVENT, data: {} }],
    ['no channel', { ...EVENT, channels: undefined }],
    ['an empty list of channels', { ...EVENT, channels: [] }],
    ['channels that are no list', { ...EVENT, channels: { length: 1, 0: 'chat' } }],
    ['a channel that is null', { ...EVENT, channels: [null] }],
    ['a channel with a newline', { ...EVENT, channels: ['chat\n'] }],
    ['a channel of another kind', { ...EVENT, channels: ['#server-to-1'] }],
    ['101 channels', { ...EVENT, channels: Array.from({ length: 101 }, (_, i) => `c${i}`) }],
    ['a socket id that is none', { ...EVENT, socket_id: '1.2:private-chat' }],
    ['a socket id that is a number', { ...EVENT, socket_id: 1.2 }],
    ['an attribute that is unknown', { ...EVENT, info: 'user_count,secrets' }],
    ['attributes in a list', { ...EVENT, info: ['user_count'] }],
  ])('[PP-8] 400 for %s', async (_what, body) => {
    const running = await startRealtime();
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    expect(await call(running, bytes)).toEqual({
      status: 400,
      body: SOME_TEXT,
    });
  });

  test('[PP-8] one channel by its name, null for what is not given', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const event = { name: 'e', channel: 'chat', data: 'x', socket_id: null, info: null };
    expect(await call(running, JSON.stringify(event))).toEqual({ status: 200, body: {} });
    await client.next('e', 'chat');
  });

  test('[PP-8] whose body is too large is 413, announced or not', async () => {
    const running = await startRealtime({ limits: { requestBodyBytesMax: 1000 } });
    expect((await call(running, 'x'.repeat(1001))).status).toBe(413);
    const query = new Map([
      ['auth_key', APP.key],
      ['auth_timestamp', String(Math.floor(Date.now() / 1000))],
      ['auth_version', '1.0'],
    ]);
    query.set('auth_signature', signRequest(APP.secret, 'POST', EVENTS, query));
    const chunks = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(600)),
    });
    const request = new Request(
      `http://127.0.0.1:${running.port}${EVENTS}?${new URLSearchParams([...query])}`,
      // Streaming bodies need this member, which the types of the DOM do not have.
      { method: 'POST', body: chunks, duplex: 'half' } as RequestInit,
    );
    // Endless: either the answer comes through or the connection is cut under it.
    const status = await fetch(request).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect((await call(running, JSON.stringify(EVENT))).status).toBe(200);
  });

  test('[PP-8] of nobody makes the server hold no body', async () => {
    const running = await startRealtime();
    const socket = connect(running.port, '127.0.0.1');
    socket.write(`POST ${EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`);
    const [answer] = (await new Promise((resolve) => {
      socket.once('data', (data) => resolve([data.toString()]));
    })) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});

test('GET /up says that the server is up, and other paths say what they are', async () => {
  const running = await startRealtime();
  const get = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(`http://127.0.0.1:${running.port}${path}`);
    return [response.status, await response.json()];
  };
  expect(await get('/up')).toEqual([200, { health: 'OK' }]);
  expect((await get(`/app/${APP.key}`))[0]).toBe(426);
  expect((await get('/'))[0]).toBe(404);
});
