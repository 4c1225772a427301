import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpServer, listen, NO_INTERCEPTOR } from './listener.ts';

/** The status of the answer to a request that offers to go on in another protocol. */
async function statusWith(port: number, protocol: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: protocol };
    const asked = request({ port, host: '127.0.0.1', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('an offer of HTTP/2, as Java makes it, is passed over; only WebSockets have a path', async () => {
  const server = createHttpServer((_request, response) => response.end(), NO_INTERCEPTOR);
  onTestFinished(() => void server.close());
  const port = await listen(server, { host: '127.0.0.1', port: 0 }, 'none');
  expect(await statusWith(port, 'h2c')).toBe(200);
  expect(await statusWith(port, 'WebSocket')).toBe(404);
});

const TCP_TABLE = '/proc/net/tcp';
const SYN_SENT = '02';

/** Connections to the port that the system has not made yet, or could not make. */
function unmade(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')} ${SYN_SENT} `;
  const lines = readFileSync(TCP_TABLE, 'utf8').split('\n');
  return lines.filter((line) => line.includes(remote)).length;
}

test.skipIf(!existsSync(TCP_TABLE))(
  '[RT-4] clients that all come in one moment find room, also while the server is busy',
  async () => {
    const server = createHttpServer((_request, response) => response.end(), NO_INTERCEPTOR);
    const port = await listen(server, { host: '127.0.0.1', port: 0 }, 'none');
    const clients = Array.from({ length: 900 }, () => connect(port, '127.0.0.1'));
    onTestFinished(() => {
      for (const client of clients) client.destroy();
      server.close();
    });
    for (const client of clients) client.on('error', () => client.destroy());
    // All have called, and the event loop did not turn: the server has accepted nobody.
    await new Promise((resolve) => {
      process.nextTick(resolve);
    });
    expect(unmade(port)).toBe(0);
    await Promise.all(clients.map(async (client) => once(client, 'connect')));
  },
);

async function askAll(port: number, paths: readonly string[]): Promise<Answered[]> {
  const agent = new Agent({ keepAlive: false });
  const answers = paths.map(
    (path) =>
      new Promise<Answered>((resolve, reject) => {
        const asked = request({ port, host: '127.0.0.1', path, agent }, (response) => {
          response.resume();
          const { statusCode: status, headers } = response;
          resolve({ path, status, retryAfter_s: Number(headers['retry-after']) });
        });
        asked.on('error', reject).end();
      }),
  );
  return Promise.all(answers);
}

interface Answered {
  readonly path: string;
  readonly status: number | undefined;
  readonly retryAfter_s: number;
}

/** Each answer takes its time. */
async function slowServer(): Promise<number> {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const server = createHttpServer((_request, response) => {
    Atomics.wait(cell, 0, 0, 5);
    response.end();
  }, NO_INTERCEPTOR);
  onTestFinished(() => void server.close());
  return listen(server, { host: '127.0.0.1', port: 0 }, 'none');
}

const POLL = '/api/chatbot/updates?cursor=a.1&wait=25';

test('[RT-4] in a rush polls are put off, each to another time, and nothing else is', async () => {
  const port = await slowServer();
  const sends = ['/api/chatbot/message', '/broadcasting/auth', '/admin/updates'];
  const others = Array.from({ length: 50 }, () => sends).flat();
  const crowd = await askAll(port, [...others, ...Array<string>(300).fill(POLL)]);
  const putOff = crowd.filter(({ status }) => status !== 200);
  expect(new Set(putOff.map(({ path, status }) => `${path} ${status}`))).toEqual(
    new Set([`${POLL} 503`]),
  );
  const times = new Set(putOff.map(({ retryAfter_s }) => retryAfter_s));
  expect(times.size).toBeGreaterThan(1);
  expect([...times].every((time) => time >= 1 && time <= 5)).toBe(true);
  // Once it is over they are answered again.
  await expect.poll(async () => (await askAll(port, [POLL]))[0]?.status).toBe(200);
});

test('[RT-3] a few polls on a slow machine are no rush', async () => {
  const few = await askAll(await slowServer(), Array<string>(80).fill(POLL));
  expect(few.filter(({ status }) => status !== 200)).toEqual([]);
});
