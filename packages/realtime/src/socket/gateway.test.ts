import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw, leave, openRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { nextEvent, Pusher, clientOptions, pusherClient } from '../testing/sdk-clients.ts';

describe('connecting', () => {
  test('[PP-1] the server says who one is and when it asks', async () => {
    const running = await startRealtime({ activityTimeout_s: 17 });
    const client = openRaw(running);
    const { data } = await client.next('pusher:connection_established');
    const established = JSON.parse(data as string) as { socket_id: string };
    expect(established).toEqual({ socket_id: SOME_TEXT, activity_timeout: 17 });
    expect(established.socket_id).toMatch(/^\d+\.\d+$/);
  });

  test('[PP-1] every socket has an id of its own', async () => {
    const running = await startRealtime();
    const clients = await Promise.all(Array.from({ length: 20 }, async () => connectRaw(running)));
    expect(new Set(clients.map((client) => client.socketId)).size).toBe(20);
    expect(running.server.stats()).toEqual({ connections: 20, channels: 0 });
  });

  test.each(['', '?protocol=7', '?protocol=5&client=java', '/?protocol=7&client=js&flash=false'])(
    '[PP-1] accepted: /app/KEY%s',
    async (rest) => {
      const running = await startRealtime();
      const client = await connectRaw(running, { path: `/app/${APP.key}${rest}` });
      expect(client.socketId).not.toBe('');
    },
  );

  test.each([
    [4001, '/app/unknown?protocol=7'],
    [4001, '/app/%E0%A4%A?protocol=7'],
    [4001, '/app/__proto__?protocol=7'],
    [4006, `/app/${APP.key}?protocol=seven`],
    [4007, `/app/${APP.key}?protocol=4`],
    [4007, `/app/${APP.key}?protocol=8`],
  ])('[PP-1][PP-7] error and close %i for %s', async (code, path) => {
    const running = await startRealtime();
    const client = openRaw(running, { path });
    expect((await client.next('pusher:error')).data).toEqual({
      code,
      message: SOME_TEXT,
    });
    expect((await client.closed).code).toBe(code);
    expect(client.frames).toHaveLength(1);
  });

  test('[PP-7] a page of a foreign origin is closed with 4009, no page at all is not', async () => {
    const running = await startRealtime({ apps: [{ ...APP, allowedOrigins: ['example.com'] }] });
    const foreign = openRaw(running, { origin: 'https://example.com.evil.test' });
    expect((await foreign.closed).code).toBe(4009);
    const own = await connectRaw(running, { origin: 'https://example.com' });
    const none = await connectRaw(running);
    expect([own.socketId, none.socketId]).not.toContain('');
  });

  test('[PP-7][PP-10] one too many is closed with 4100 and may come back', async () => {
    const running = await startRealtime({ apps: [{ ...APP, limits: { connectionsMax: 1 } }] });
    const first = await connectRaw(running);
    expect((await openRaw(running).closed).code).toBe(4100);
    await leave(first);
    await expect.poll(() => running.server.stats().connections).toBe(0);
    expect((await connectRaw(running)).socketId).not.toBe('');
  });

  test('[PP-7] an app that is disabled is closed with 4003, and pusher-js gives up', async () => {
    const running = await startRealtime({ apps: [{ ...APP, enabled: false }] });
    const client = openRaw(running);
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4003 });
    expect((await client.closed).code).toBe(4003);
    const pusher = pusherClient(running);
    await expect.poll(() => pusher.connection.state).toBe('disconnected');
  });

  test('[PP-7] pusher-js gives up on an unknown key, as it should', async () => {
    const running = await startRealtime();
    const client = pusherClient(running, undefined, 'unknown');
    const error = await nextEvent<{ error: { data: { code: number } } }>(
      client.connection,
      'error',
    );
    expect(error.error.data.code).toBe(4001);
    await expect.poll(() => client.connection.state).toBe('disconnected');
  });
});

describe('staying', () => {
  test('[PP-2] a ping of the client is answered, in both forms', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.roundTrip();
    client.webSocket.ping('payload');
    const [data] = (await once(client.webSocket, 'pong')) as [Buffer];
    expect(data.toString()).toBe('payload');
  });

  test('[PP-2] a silent client is asked, and closed with 4201 when it does not answer', async () => {
    const running = await startRealtime({ activityTimeout_s: 0.08, pongTimeout_s: 0.08 });
    const client = await connectRaw(running);
    await client.next('pusher:ping');
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4201 });
    expect((await client.closed).code).toBe(4201);
    expect(running.server.stats().connections).toBe(0);
  });

  test('[PP-2] one that pings by WebSocket frames is asked by one, and may answer so', async () => {
    const running = await startRealtime({ activityTimeout_s: 0.08, pongTimeout_s: 0.5 });
    const client = await connectRaw(running);
    client.webSocket.ping();
    for (let i = 0; i < 3; i += 1) await once(client.webSocket, 'ping');
    expect(client.frames.map((frame) => frame.event)).toEqual(['pusher:connection_established']);
    expect(client.webSocket.readyState).toBe(client.webSocket.OPEN);
  });

  test.each(['java-client', 'pusher-websocket-swift'])(
    '[PP-2] the SDK %s, which answers no event, is asked by WebSocket frames from the start',
    async (sdk) => {
      const running = await startRealtime({ activityTimeout_s: 0.08, pongTimeout_s: 0.5 });
      const path = `/app/${APP.key}?client=${sdk}&version=2.4.4&protocol=7`;
      const client = await connectRaw(running, { path });
      for (let i = 0; i < 2; i += 1) {
        const asked = once(client.webSocket, 'ping').then(() => 'ping');
        expect(await Promise.race([asked, client.next('pusher:ping')])).toBe('ping');
      }
      expect(client.webSocket.readyState).toBe(client.webSocket.OPEN);
    },
  );

  test.each([
    ['an event', '{"event":"pusher:pong"}'],
    ['a frame that makes no sense', 'nonsense'],
  ])('[PP-2] %s is activity', async (_what, answer) => {
    const running = await startRealtime({ activityTimeout_s: 0.1, pongTimeout_s: 0.4 });
    const client = await connectRaw(running);
    for (let i = 0; i < 5; i += 1) {
      await client.next('pusher:ping');
      client.webSocket.send(answer);
    }
    expect(client.webSocket.readyState).toBe(client.webSocket.OPEN);
    expect(running.server.stats().connections).toBe(1);
  });

  test('[PP-2] pusher-js stays through many silences', async () => {
    const running = await startRealtime({ activityTimeout_s: 0.1, pongTimeout_s: 1 });
    const client = new Pusher(APP.key, clientOptions(running));
    await nextEvent(client.connection, 'connected');
    const states: unknown[] = [];
    client.connection.bind('state_change', (change: unknown) => states.push(change));
    for (let i = 0; i < 5; i += 1) await nextEvent(client.connection, 'message');
    client.disconnect();
    expect(states).toEqual([{ previous: 'connected', current: 'disconnected' }]);
  });
});

describe('going away', () => {
  test('[PP-7] clients are closed with 4200, and new ones refused', async () => {
    const running = await startRealtime();
    const clients = await Promise.all([connectRaw(running), connectRaw(running)]);
    const closing = running.close();
    for (const client of clients) expect((await client.closed).code).toBe(4200);
    await closing;
    expect(running.server.stats()).toEqual({ connections: 0, channels: 0 });
    expect((await openRaw(running).closed).code).toBe(1006);
  });

  test('[PP-7] a client that does not answer the close holds nothing up', async () => {
    const running = await startRealtime({ limits: { closeTimeout_ms: 50 } });
    const client = await connectRaw(running);
    client.webSocket.pause();
    await running.close();
    expect(running.server.stats().connections).toBe(0);
  });
});
