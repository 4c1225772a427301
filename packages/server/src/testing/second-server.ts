import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRealtime, type RealtimeLimits } from '@parley/realtime';
import { onTestFinished } from 'vitest';
import type { Environment } from '../config/environment.ts';
import { createHttpServer } from '../http/listener.ts';

/** Credentials of the server that stands in for hosted Pusher. */
export const REMOTE = { id: '77', key: 'remote-key', secret: 'remote-secret' };

/** What makes a server publish to the one at this port as to hosted Pusher. */
export const pusherEnv = (port: number): Environment => ({
  BROADCAST_CONNECTION: 'pusher',
  PUSHER_APP_ID: REMOTE.id,
  PUSHER_APP_KEY: REMOTE.key,
  PUSHER_APP_SECRET: REMOTE.secret,
  PUSHER_HOST: '127.0.0.1',
  PUSHER_PORT: String(port),
  PUSHER_SCHEME: 'http',
});

/** Answers a publishing call by itself (true), or lets it through. */
export type Gate = (call: number, response: ServerResponse) => boolean;

export const refuseWith =
  (status: number, headers: Record<string, string> = {}): Gate =>
  (_call, response) => {
    response.writeHead(status, headers).end('refused');
    return true;
  };

/**
 * Stands in for hosted Pusher: another server with the same protocol, whose HTTP API may refuse
 * while it takes subscribers, as a hosted one does that is over its quota.
 */
export async function startGatedRemote(limits: Partial<RealtimeLimits> = {}) {
  const realtime = createRealtime({ apps: [REMOTE], limits });
  const calls: string[] = [];
  let gate: Gate = () => false;
  const server = createHttpServer((_request, response) => response.writeHead(404).end(), {
    handleUpgrade: (...upgrade) => realtime.handleUpgrade(...upgrade),
    handleRequest: (request, response) => {
      calls.push(request.url?.split('?')[0] ?? '');
      if (!gate(calls.length, response)) return realtime.handleRequest(request, response);
      request.resume();
      return true;
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await realtime.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    /** Paths of the publishing calls that came. */
    calls,
    close(next: Gate) {
      gate = next;
    },
    open() {
      gate = () => false;
    },
  };
}
