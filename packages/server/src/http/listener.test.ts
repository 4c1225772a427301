import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
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
