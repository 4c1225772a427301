import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clientText } from '../testing/client-frames.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { parseUpgradeHead } from './upgrade-head.ts';

const PLAIN = [
  `GET /app/${APP.key}?protocol=7 HTTP/1.1`,
  'Host: x',
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
];

function head(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  return socket;
}

/** All that the server says until it has said `part`. */
async function hear(socket: Socket, part: string): Promise<string> {
  let heard = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    heard += (chunk as Buffer).toString('latin1');
    if (heard.includes(part)) return heard;
  }
  return heard;
}

describe('an upgrade', () => {
  test('in one piece, with frames behind it that were not waited with', async () => {
    const running = await startRealtime();
    const socket = open(running.port);
    socket.write(Buffer.concat([head(PLAIN), clientText('{"event":"pusher:ping","data":{}}')]));
    const heard = await hear(socket, 'pusher:pong');
    expect(heard).toMatch(/^HTTP\/1\.1 101 .*connection_established.*pusher:pong/s);
  });

  test.each([1, 5, 60, 200])('in pieces: cut after %i bytes', async (length) => {
    const running = await startRealtime();
    const socket = open(running.port);
    const bytes = head(PLAIN);
    socket.setNoDelay(true);
    socket.write(bytes.subarray(0, length));
    await connectRaw(running);
    socket.write(bytes.subarray(length));
    expect(await hear(socket, 'connection_established')).toMatch(/^HTTP\/1\.1 101 /);
  });

  test.each([
    ['a header that is folded', [...PLAIN, 'X-Long: a', ' b']],
    ['a name with a space behind it', [...PLAIN, 'X-Odd : a']],
    ['two lengths', [...PLAIN, 'Content-Length: 1', 'Content-Length: 2']],
    ['10,000 headers', [...PLAIN, ...Array.from({ length: 10_000 }, (_, n) => `X-${n}: y`)]],
    ['a line feed alone', [...PLAIN, 'X-A: a\nX-B: b\u0000']],
  ])('that is odd is for Node to refuse: %s', async (_what, lines) => {
    expect(parseUpgradeHead(head(lines))).toBeNull();
    const running = await startRealtime();
    const bystander = await connectRaw(running);
    const socket = open(running.port);
    socket.write(head(lines));
    expect(await hear(socket, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 4\d\d /);
    await bystander.roundTrip();
  });

  test('that says something twice is not taken for either', () => {
    expect(parseUpgradeHead(head([...PLAIN, 'Origin: a', 'Origin: b']))).toBeNull();
    expect(parseUpgradeHead(head([...PLAIN, 'origin: a']))?.headers.origin).toBe('a');
  });
});

test('what is no upgrade is answered as ever, several times on one connection', async () => {
  const running = await startRealtime();
  const socket = open(running.port);
  for (const [path, answer] of [
    ['/up', '200'],
    ['/app/x', '426'],
    ['/else', '404'],
  ]) {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toMatch(new RegExp(`^HTTP/1.1 ${answer} `));
  }
});

test('who has said nothing yet does not hold up the end of the server', async () => {
  const running = await startRealtime();
  const socket = open(running.port);
  await once(socket, 'connect');
  await connectRaw(running);
  const closed = once(socket, 'close');
  await running.close();
  await closed;
});
