import { listenRealtime } from '@parley/realtime';
import { realtimeOptions } from './broadcast/providers.ts';
import { realtimeConfigFrom } from './config/config.ts';
import { readEnvironment } from './config/environment.ts';
import { listenErrorFrom } from './http/listener.ts';
import { createProcessLogger, tell } from './process-logger.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** The Pusher-protocol server alone, as a drop-in for Laravel Reverb, until a signal ends it. */
export async function runRealtime(): Promise<void> {
  const config = realtimeConfigFrom(readEnvironment(process.cwd(), process.env));
  const logger = createProcessLogger(config.logLevel);
  const { listen, app, server } = config;
  const host = listen.host ?? '0.0.0.0';
  const listening = await listenRealtime({
    ...realtimeOptions(app, server),
    host,
    port: listen.port,
    logger,
  }).catch((error: unknown) => {
    throw listenErrorFrom(error, { host, port: listen.port }, listen.variable);
  });
  stopOnSignals(() => listening.close(), logger);
  tell('Parley realtime is running.', [
    ['Pusher-protocol server', `http://${host}:${listening.port}`],
  ]);
}
