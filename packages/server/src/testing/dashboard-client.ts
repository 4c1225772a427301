import { once } from 'node:events';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { ChatUpdates } from '@parley/protocol';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod/mini';

/** A plain WebSocket at `/ws/dashboard`, as the dashboard of Sakura opens one. */
export interface DashboardClient {
  readonly webSocket: WebSocket;
  /** All that came, parsed. */
  readonly frames: readonly unknown[];
  /** When each of them came, in milliseconds. */
  readonly times_ms: readonly number[];
  /** The code of the close. */
  readonly closed: Promise<number>;
  /** The first state, also of those that came before, that says so; held to the schema. */
  state(
    says: (users: ChatUpdates['data']['users']) => boolean,
  ): Promise<ChatUpdates['data']['users']>;
}

export const SUBSCRIBE = JSON.stringify({ type: 'subscribe', channel: 'chat_updates' });

/** Open, and subscribed unless told otherwise. */
export async function openDashboard(
  url: string,
  headers: Record<string, string>,
  { subscribes = true } = {},
): Promise<DashboardClient> {
  // Node's takes headers, too; the types are those of a browser's.
  const options = { headers } as unknown as string[];
  const webSocket = new WebSocket(`${url.replace('http', 'ws')}/ws/dashboard`, options);
  onTestFinished(() => {
    webSocket.close();
  });
  const frames: unknown[] = [];
  const times_ms: number[] = [];
  webSocket.addEventListener('message', ({ data }) => {
    times_ms.push(performance.now());
    frames.push(JSON.parse(String(data)));
  });
  const closed = new Promise<number>((resolve) => {
    webSocket.addEventListener('close', ({ code }) => {
      resolve(code);
    });
  });
  await once(webSocket, 'open');
  if (subscribes) webSocket.send(SUBSCRIBE);
  return {
    webSocket,
    frames,
    times_ms,
    closed,
    async state(says) {
      let found: ChatUpdates['data']['users'] | undefined;
      await expect
        .poll(() => (found = frames.map(usersOf).find(says)) !== undefined, { timeout: 10_000 })
        .toBe(true);
      return found ?? [];
    },
  };
}

/** @throws where it is no state */
export function usersOf(frame: unknown): ChatUpdates['data']['users'] {
  const { data } = z.parse(ChatUpdates, frame);
  expect(new Date(data.timestamp).toISOString()).toBe(data.timestamp);
  return data.users;
}

/** The status of the answer to an opening handshake, 101 where the socket is open. */
export async function handshake(url: string, headers: OutgoingHttpHeaders): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/ws/dashboard`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.on('response', (response) => {
      response.resume();
      // Refused, the connection ends.
      response.socket.on('close', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
