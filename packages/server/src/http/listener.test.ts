import { request } from 'node:http';
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
