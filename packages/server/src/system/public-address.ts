import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { type Finding, found, reasonOf } from './finding.ts';

const TIMEOUT_MS = 5_000;

/** Whether people reach the server as they will, WebSockets included. */
export async function* publicFindings(config: Config): AsyncGenerator<Finding> {
  const base = config.appUrl ?? `http://127.0.0.1:${config.port}`;
  const reason = await faultOfPage(`${base}/up`);
  if (reason === null) {
    yield found('address.ok', { url: base });
    yield await socketFinding(config, base);
  } else if (config.appUrl === undefined) yield found('address.quiet', { url: base, reason });
  else yield found('address.away', { url: `${base}/up`, reason });
}

async function socketFinding({ reverb }: Config, base: string): Promise<Finding> {
  if (reverb.mode === 'off') return found('websocket.unused', {});
  const address = reverb.mode === 'external' ? reverb.address : reverb.announced;
  const url = new URL(base);
  if (address.scheme !== undefined) url.protocol = `${address.scheme}:`;
  if (address.host !== undefined) url.hostname = address.host;
  if (address.port !== undefined) url.port = String(address.port);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const { origin } = url;
  switch (await lookThrough(origin)) {
    case 'open':
      return found('websocket.ok', { url: origin });
    case 'blocked':
      return found('websocket.blocked', { url: origin });
    case 'foreign':
      return found('websocket.foreign', { url: origin });
    case 'silent':
      return found('websocket.silent', { url: origin, seconds: TIMEOUT_MS / 1_000 });
  }
}

async function faultOfPage(url: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.status === 200 ? null : `HTTP ${response.status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** What became of a WebSocket; `foreign`: something else answers there. */
type Passage = 'open' | 'blocked' | 'foreign' | 'silent';

const Told = z.object({ event: z.string().startsWith('pusher:') });

/**
 * No key is needed: a server of this protocol tells a stranger that the app is unknown over the
 * socket, so the WebSocket came through.
 */
async function lookThrough(origin: string): Promise<Passage> {
  const socket = new WebSocket(`${origin}/app/doctor?protocol=7&client=doctor&version=1`);
  const { promise, resolve } = Promise.withResolvers<Passage>();
  const timer = setTimeout(() => resolve('silent'), TIMEOUT_MS);
  socket.addEventListener('message', ({ data }) => {
    resolve(isPusher(data) ? 'open' : 'foreign');
  });
  socket.addEventListener('error', () => resolve('blocked'));
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
