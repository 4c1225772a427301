import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRealtime } from '../realtime.ts';
import { startHost } from '../testing/host-server.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { EVENTS } from '../testing/signed-call.ts';
import { parsePlainCall } from './plain-call.ts';
import { signRequest } from './request-signature.ts';

function signedUrl(method: string, path: string, body = ''): string {
  const query = new Map([
    ['auth_key', APP.key],
    ['auth_timestamp', String(Math.floor(Date.now() / 1000))],
    ['auth_version', '1.0'],
  ]);
  if (body !== '') query.set('body_md5', createHash('md5').update(body).digest('hex'));
  query.set('auth_signature', signRequest(APP.secret, method, path, query));
  return `${path}?${new URLSearchParams([...query])}`;
}

function publish(name: string, headers: readonly string[] = []): string {
  const body = JSON.stringify({ name, channel: 'chat', data: 'ä' });
  const url = signedUrl('POST', EVENTS, body);
  const lines = [`POST ${url} HTTP/1.1`, 'Host: x', ...headers];
  return `${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function open(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  return socket;
}

/** Statuses and bodies of the answers until there are so many, or the server ends. */
async function answers(socket: Socket, count: number): Promise<string[]> {
  let text = '';
  const found = (): string[] =>
    [...text.matchAll(/HTTP\/1\.1 (\d+)[^]*?\r\n\r\n([^]*?)(?=HTTP\/1\.1|$)/g)].map(
      ([, status = '', body = '']) => `${status} ${body}`,
    );
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString();
    if (found().length >= count) break;
  }
  return found();
}

describe('calls on one connection', () => {
  test('[PP-8] whole, one behind the other and in pieces, are answered in order', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    await client.join('chat');
    const socket = open(running.port);
    socket.write(publish('a'));
    expect(await answers(socket, 1)).toEqual(['200 {}']);
    const [b, c, d] = [publish('b'), publish('c'), publish('d')];
    // From the cut on it is for Node to read, and later calls too.
    socket.write(b + c + d.slice(0, 20));
    expect(await answers(socket, 2)).toEqual(['200 {}', '200 {}']);
    socket.write(d.slice(20));
    expect(await answers(socket, 1)).toEqual(['200 {}']);
    socket.write(publish('e'));
    expect(await answers(socket, 1)).toEqual(['200 {}']);
    await client.roundTrip();
    expect(client.eventsOn('chat').map(({ event }) => event)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('[PP-8] the client may be done before it has the answers', async () => {
    const running = await startRealtime();
    const socket = connect({ port: running.port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => {
      socket.destroy();
    });
    socket.end(publish('a') + publish('b'));
    expect(await answers(socket, 3)).toEqual(['200 {}', '200 {}']);
  });

  test('[PP-8] a client that does not read its answers is not read either', async () => {
    const running = await startRealtime();
    const client = await connectRaw(running);
    for (let n = 0; n < 1_000; n += 1) client.subscribe(`${'x'.repeat(190)}${n}`);
    await client.roundTrip();
    const socket = open(running.port);
    const url = signedUrl('GET', `/apps/${APP.id}/channels`);
    // They come in one read; each is answered with 200 KB: 30 MB in all.
    const calls = 150;
    socket.pause();
    socket.write(`GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(calls));
    const answered = async (): Promise<number> => {
      const count = /http_requests_total\{[^}]*GET channels"[^}]*\} (\d+)/;
      return Number(count.exec(await running.server.metrics())?.[1] ?? 0);
    };
    let before = 0;
    while (before === 0 || (await answered()) > before) {
      before = await answered();
      await client.roundTrip();
    }
    // What the system holds for both.
    expect(before).toBeLessThan(calls);
    for await (const _chunk of socket.iterator({ destroyOnReturn: false })) {
      if ((await answered()) === calls) break;
    }
  });

  test('connections that wait do not hold up the end of the server', async () => {
    const running = await startRealtime();
    const socket = open(running.port);
    socket.write(publish('a'));
    expect(await answers(socket, 1)).toEqual(['200 {}']);
    const closed = once(socket, 'close');
    socket.resume();
    await running.close();
    await closed;
  });
});

describe('calls of the application', () => {
  /** Its calls wait until they are answered by hand; those of `/left` are given to the host. */
  async function startApplication() {
    const asked: ((body: string | null) => void)[] = [];
    const realtime = createRealtime({ apps: [APP] });
    const host = await startHost(realtime);
    const close = realtime.openDoors(host.http, '', ({ url }) => {
      if (!url.startsWith('/own')) return null;
      return new Promise((resolve) => {
        asked.push((body) => {
          resolve(body === null ? null : { status: 200, headers: 'X: own\r\n', body });
        });
      });
    });
    const socket = open(host.port);
    const next = async () => {
      await expect.poll(() => asked.length).toBeGreaterThan(0);
      return asked.shift();
    };
    return { socket, next, asked, close, http: host.http };
  }
  const own = (name: string): string => `GET /own/${name} HTTP/1.1\r\nHost: x\r\n\r\n`;

  test('may be answered later: in their order, and one at a time', async () => {
    const { socket, next, asked } = await startApplication();
    socket.write(own('1') + own('2'));
    const first = await next();
    expect(asked).toHaveLength(0);
    first?.('one');
    expect(await answers(socket, 1)).toEqual(['200 one']);
    (await next())?.('two');
    expect(await answers(socket, 1)).toEqual(['200 two']);
  });

  test('are the host’s after all where there is no answer, with all that follows', async () => {
    const { socket, next } = await startApplication();
    socket.write(own('1') + own('2'));
    (await next())?.(null);
    expect(await answers(socket, 2)).toHaveLength(2);
  });

  test('[SYNC-1] that are under way are answered when the client is done, and when the server ends', async () => {
    const done = await startApplication();
    done.socket.end(own('1'));
    (await done.next())?.('one');
    expect(await answers(done.socket, 2)).toEqual(['200 one']);

    const ended = await startApplication();
    ended.socket.write(own('1') + own('2'));
    const first = await ended.next();
    ended.close();
    first?.('one');
    expect(await answers(ended.socket, 2)).toEqual(['200 one']);
    expect(ended.asked).toHaveLength(0);
  });
});

describe('what is not plain', () => {
  const body = '{"name":"e","channel":"chat","data":""}';
  const line = `POST ${signedUrl('POST', EVENTS, body)} HTTP/1.1`;
  const length = `Content-Length: ${body.length}`;
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const requests: [string, string][] = [
    ['plain', `${line}\r\nHost: x\r\n${length}\r\n\r\n${body}`],
    ['a body in chunks', `${line}\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`],
    ['two lengths', `${line}\r\nHost: x\r\n${length}\r\nContent-Length: 5\r\n\r\n${body}`],
    [
      'a length and chunks',
      `${line}\r\nHost: x\r\n${length}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
    ],
    ['a length with a sign', `${line}\r\nHost: x\r\nContent-Length: +5\r\n\r\n${body}`],
    ['a length that is a list', `${line}\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n${body}`],
    ['a space before the colon', `${line}\r\nHost: x\r\nContent-Length : 5\r\n\r\n${body}`],
    ['a folded line', `${line}\r\nHost: x\r\nX: a\r\n b\r\n${length}\r\n\r\n${body}`],
    ['a bare line feed', `${line}\r\nHost: x\nX: a\r\n${length}\r\n\r\n${body}`],
    ['NUL', `${line}\r\nHost: x\r\nX: \0\r\n${length}\r\n\r\n${body}`],
    ['no host', `${line}\r\n${length}\r\n\r\n${body}`],
    ['HTTP/1.0', `${line.slice(0, -1)}0\r\n${length}\r\n\r\n${body}`],
    [
      'the end of the connection',
      `${line}\r\nHost: x\r\nConnection: close\r\n${length}\r\n\r\n${body}`,
    ],
    ['another method', `PUT ${EVENTS} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['another path', 'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['no signature', `POST ${EVENTS} HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n${body}`],
    ['no HTTP', 'POST \r\n\r\n'],
  ];

  test.each(requests)('[PP-8] is answered as Node answers it: %s', async (_what, request) => {
    const running = await startRealtime();
    const node = await startHost(createRealtime({ apps: [APP] }));
    const statuses = [running, node].map(async ({ port }) => {
      const socket = open(port);
      socket.write(request, 'latin1');
      return (await answers(socket, 1)).map((answer) => answer.slice(0, 3));
    });
    const [given, expected] = await Promise.all(statuses);
    // A path of nobody is the host's there.
    expect(given).toEqual(request.includes('/nothing') ? ['404'] : expected);
  });

  test('[PP-8] an offer of HTTP/2, as Java makes it with each call, is passed over', async () => {
    const running = await startRealtime();
    const socket = open(running.port);
    const offer = [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAA',
    ];
    for (const name of ['a', 'b']) {
      socket.write(publish(name, offer));
      expect(await answers(socket, 1)).toEqual(['200 {}']);
    }
  });

  test.each(requests.slice(1, 12))('[PP-8] is left to Node: %s', (_what, request) => {
    expect(parsePlainCall(Buffer.from(request, 'latin1'))).toBeNull();
  });
});
