import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientFrame } from '../testing/client-frames.ts';
import { SOME_TEXT } from '../testing/matchers.ts';
import { connectRaw, type RawClient } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';

const TEXT = 0x1;
const BINARY = 0x2;

/** A TCP socket that went through the upgrade and may now write any bytes. */
async function upgraded(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.write(
    `GET /app/${APP.key}?protocol=7 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
      'Sec-WebSocket-Version: 13\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}

/** The bystander of every attack: still connected, and still served. */
async function expectUnharmed(bystander: RawClient): Promise<void> {
  await bystander.roundTrip();
  expect(bystander.webSocket.readyState).toBe(bystander.webSocket.OPEN);
}

describe('frames that no client should send', () => {
  test.each([
    ['no JSON', 'x'],
    ['nothing', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no event', '{}'],
    ['an event that is an object', '{"event":{}}'],
    ['an unknown protocol event', '{"event":"pusher:nonsense"}'],
    ['a subscription to nothing', '{"event":"pusher:subscribe"}'],
    ['a subscription to a list', '{"event":"pusher:subscribe","data":{"channel":["a"]}}'],
    ['an auth that is a number', '{"event":"pusher:subscribe","data":{"channel":"a","auth":1}}'],
    [
      'channel data that is an object',
      '{"event":"pusher:subscribe","data":{"channel":"presence-a","auth":"","channel_data":{}}}',
    ],
    ['leaving a number', '{"event":"pusher:unsubscribe","data":{"channel":1}}'],
    ['a client event to null', '{"event":"client-x","channel":null}'],
    ['a prototype', '{"__proto__":{"event":"pusher:ping"}}'],
    ['depth', `{"event":"client-x","channel":"private-a","data":${'['.repeat(16_000)}`],
    [
      'depth that is JSON',
      `{"event":"client-x","channel":"private-a","data":${'['.repeat(15_000)}${']'.repeat(15_000)}}`,
    ],
  ])('are told so, and the connection lives: %s', async (_what, text) => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    client.webSocket.send(text);
    expect((await client.next('pusher:error')).data).toEqual({
      code: 4300,
      message: SOME_TEXT,
    });
    await client.roundTrip();
  });

  test('binary ones likewise', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    client.webSocket.send(Buffer.from('{"event":"pusher:ping"}'));
    expect((await client.next('pusher:error')).data).toMatchObject({ code: 4300 });
    await client.roundTrip();
  });

  test.each([
    [1007, 'invalid UTF-8', clientFrame(TEXT, Buffer.from([0xff, 0xfe]))],
    [1002, 'an unknown opcode', clientFrame(0x3, Buffer.alloc(0))],
    [1002, 'a reserved bit', Buffer.from([0xc1, 0x80, 0, 0, 0, 0])],
    [1002, 'no mask', Buffer.from([0x81, 0x01, 0x78])],
    [1009, 'a length of 2 GiB', Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x80, 0, 0, 0])],
    [1009, 'more than 32 KiB', clientFrame(TEXT, Buffer.alloc(32_769, 0x20))],
    [
      1009,
      'more than 32 KiB in pieces',
      Buffer.concat([
        clientFrame(TEXT, Buffer.alloc(20_000), { fin: false }),
        clientFrame(0x0, Buffer.alloc(20_000), { fin: false }),
      ]),
    ],
    [
      1008,
      'pieces without end',
      Buffer.concat([
        clientFrame(BINARY, Buffer.alloc(1), { fin: false }),
        ...Array.from({ length: 100 }, () => clientFrame(0x0, Buffer.alloc(1), { fin: false })),
      ]),
    ],
  ])('are closed with %i: %s', async (code, _what, bytes) => {
    const running = await startRealtime();
    const bystander = await connectRaw(running);
    const socket = await upgraded(running.port);
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(bytes);
    await expect
      .poll(() => Buffer.concat(received).includes(Buffer.from([code >> 8, code & 0xff])))
      .toBe(true);
    socket.end();
    await expect.poll(() => running.server.stats().connections).toBe(1);
    await expectUnharmed(bystander);
  });

  test('random bytes never harm anyone', async () => {
    const running = await startRealtime();
    const bystander = await connectRaw(running);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const socket = await upgraded(running.port);
        socket.end(bytes);
        await expectUnharmed(bystander);
      }),
      { numRuns: 40 },
    );
  });
});

test('[PP-7] what a client says after it was closed is not heard', async () => {
  const greeted: string[] = [];
  const running = await startRealtime({
    activityTimeout_s: 0.05,
    pongTimeout_s: 0.05,
    limits: { closeTimeout_ms: 200 },
    greet: (_appId, channel) => {
      greeted.push(channel);
      return null;
    },
  });
  const socket = await upgraded(running.port);
  const subscribeTo = (channel: string): Buffer =>
    clientFrame(TEXT, Buffer.from(`{"event":"pusher:subscribe","data":{"channel":"${channel}"}}`));
  socket.write(subscribeTo('before'));
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk);
    const isClosed = Buffer.concat(received).includes(Buffer.from([0x88]));
    if (isClosed) socket.write(subscribeTo('after'));
  });
  await once(socket, 'close');
  expect(greeted).toEqual(['before']);
});

describe('upgrades that are none', () => {
  test.each([
    ['without a key', 'Sec-WebSocket-Version: 13\r\n'],
    ['of another version', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'],
  ])('are refused: %s', async (_what, headers) => {
    const running = await startRealtime();
    const socket = connect(running.port, '127.0.0.1');
    socket.write(
      `GET /app/${APP.key} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });

  test('to another path are refused, and a client that goes away meanwhile harms nothing', async () => {
    const running = await startRealtime();
    const bystander = await connectRaw(running);
    for (let i = 0; i < 20; i += 1) {
      const socket = connect(running.port, '127.0.0.1');
      socket.on('error', () => socket.destroy());
      socket.write(
        `GET ${i % 2 === 0 ? `/app/${APP.key}` : '/else'} HTTP/1.1\r\nHost: x\r\n` +
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      );
      await once(socket, 'connect');
      socket.resetAndDestroy();
    }
    await expectUnharmed(bystander);
    await expect.poll(() => running.server.stats().connections).toBe(1);
  });
});

describe('a reader that is too slow', () => {
  test('is closed with 4100 and keeps nobody waiting', async () => {
    const running = await startRealtime({ limits: { closeTimeout_ms: 5_000 } });
    const [slow, bystander] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await slow.join('chat');
    await bystander.join('chat');
    slow.webSocket.pause();
    const data = 'x'.repeat(10_000);
    // More than the operating system buffers for a socket and we do together.
    for (let n = 0; n < 1_500; n += 1) {
      running.server.publish({ appId: APP.id, channels: ['chat'], event: 'e', data });
      if (n % 50 === 0) await bystander.roundTrip();
    }
    await bystander.roundTrip();
    expect(bystander.eventsOn('chat')).toHaveLength(1_500);
    slow.webSocket.resume();
    expect((await slow.closed).code).toBe(4100);
    const received = slow.eventsOn('chat').length;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(1_500);
    await expect.poll(() => running.server.stats().connections).toBe(1);
  });

  test('that never reads again is cut, and everyone sees it leave', async () => {
    const running = await startRealtime({ limits: { closeTimeout_ms: 50 } });
    const [slow, bystander] = await Promise.all([connectRaw(running), connectRaw(running)]);
    await bystander.join('presence-chat', { user_id: 'bystander' });
    await slow.join('presence-chat', { user_id: 'slow' });
    slow.webSocket.pause();
    const data = 'x'.repeat(10_000);
    for (let n = 0; n < 1_500; n += 1) {
      running.server.publish({ appId: APP.id, channels: ['presence-chat'], event: 'e', data });
      if (n % 50 === 0) await bystander.roundTrip();
    }
    const removed = await bystander.next('pusher_internal:member_removed');
    expect(JSON.parse(removed.data as string)).toEqual({ user_id: 'slow' });
    expect(running.server.stats().connections).toBe(1);
  });

  test('that pings without end and reads nothing is cut', async () => {
    const running = await startRealtime();
    const bystander = await connectRaw(running);
    const socket = await upgraded(running.port);
    socket.pause();
    const pings = Buffer.concat(
      Array.from({ length: 200 }, () => clientFrame(0x9, Buffer.alloc(125))),
    );
    for (let i = 0; i < 4_000 && !socket.destroyed; i += 1) {
      if (!socket.write(pings)) await bystander.roundTrip();
      if (running.server.stats().connections === 1) break;
    }
    expect(running.server.stats().connections).toBe(1);
    await expectUnharmed(bystander);
  });
});
