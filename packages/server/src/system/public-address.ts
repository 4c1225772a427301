import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { type Finding, ok, reasonOf, warning, wrong } from './finding.ts';

const TIMEOUT_MS = 5_000;

/** Whether people reach the server as they will, WebSockets included. */
export async function* publicFindings(config: Config): AsyncGenerator<Finding> {
  const base = config.appUrl ?? `http://127.0.0.1:${config.port}`;
  const fault = await faultOfPage(`${base}/up`);
  if (fault === null) yield ok('address', `${base} answers`);
  else if (config.appUrl === undefined) {
    const advice =
      'Start the server to have WebSockets looked at; set APP_URL to its public address.';
    yield warning('address', `nothing answers at ${base} (${fault})`, advice);
    return;
  } else {
    const advice =
      'Is the server up, does the name point to the proxy, does the proxy pass on to this port?';
    yield wrong('address', `${base}/up: ${fault}`, advice);
    return;
  }
  yield await socketFinding(config, base);
}

async function socketFinding({ reverb }: Config, base: string): Promise<Finding> {
  if (reverb.mode === 'off') return ok('websocket', 'not used: clients poll');
  const address = reverb.mode === 'external' ? reverb.address : reverb.announced;
  const url = new URL(base);
  if (address.scheme !== undefined) url.protocol = `${address.scheme}:`;
  if (address.host !== undefined) url.hostname = address.host;
  if (address.port !== undefined) url.port = String(address.port);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const fault = await faultOfSocket(url.origin);
  if (fault === null) return ok('websocket', `${url.origin} passes WebSockets on`);
  return wrong(
    'websocket',
    `${url.origin}: ${fault}; clients poll`,
    'Let the proxy pass on Upgrade and Connection: docs/deploy.md has Nginx and Caddy.',
  );
}

async function faultOfPage(url: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.status === 200 ? null : `status ${response.status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

const Told = z.object({ event: z.string().startsWith('pusher:') });

/**
 * No key is needed: a server of this protocol tells a stranger that the app is unknown over the
 * socket, so the WebSocket came through.
 */
async function faultOfSocket(origin: string): Promise<string | null> {
  const socket = new WebSocket(`${origin}/app/doctor?protocol=7&client=doctor&version=1`);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const timer = setTimeout(() => resolve('no answer within 5 s'), TIMEOUT_MS);
  socket.addEventListener('message', ({ data }) => {
    resolve(isPusher(data) ? null : 'what answers speaks another protocol');
  });
  socket.addEventListener('error', () => resolve('no WebSocket comes through'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

function isPusher(data: unknown): boolean {
  try {
    return Told.safeParse(JSON.parse(String(data))).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
