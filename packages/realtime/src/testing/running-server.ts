import { onTestFinished } from 'vitest';
import { listenRealtime, type ListeningRealtime, type ListenOptions } from '../listen.ts';
import type { RealtimeApp, RealtimeOptions } from '../options.ts';

export const APP: RealtimeApp = { id: '7', key: 'app-key', secret: 'app-secret' };

/** A server on a free port, closed when the test is over. */
export async function startRealtime(
  options: Partial<RealtimeOptions & ListenOptions> = {},
): Promise<ListeningRealtime> {
  const running = await listenRealtime({ apps: [APP], ...options, host: '127.0.0.1', port: 0 });
  onTestFinished(async () => running.close());
  return running;
}
