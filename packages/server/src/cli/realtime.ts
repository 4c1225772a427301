import { type ListeningRealtime, listenRealtime } from '@parley/realtime';
import { realtimeOptions } from '../broadcast/realtime-options.ts';
import { realtimeConfigFrom } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { MetricsSettings } from '../config/metrics.ts';
import { admissionOf } from '../http/blocked.ts';
import { listenErrorFrom } from '../http/listener.ts';
import { listenForMetrics } from '../http/metrics-listener.ts';
import { findTracing } from '../observe/tracing.ts';
import { createProcessLogger, tell } from '../process-logger.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import type { Given } from './command.ts';
import { environmentHere } from './settings.ts';
import { found } from '../system/finding.ts';

/** The Pusher-protocol server alone, as a drop-in for Laravel Reverb, until a signal ends it. */
export async function realtime(given: Given): Promise<void> {
  const config = realtimeConfigFrom(environmentHere(variablesFrom(given)));
  const logger = createProcessLogger(config.logLevel);
  for (const remark of config.remarks) logger.warn(found(remark, {}).said);
  const { listen, apps, path, server } = config;
  const host = listen.host ?? '0.0.0.0';
  const tracing = await findTracing();
  const begin = (): Promise<ListeningRealtime> =>
    listenRealtime({
      ...realtimeOptions(apps, server, logger),
      admits: admissionOf(config),
      watch: tracing?.calls,
      ...(path === undefined ? {} : { path }),
      host,
      port: listen.port,
    });
  const listening = await (tracing?.unseen(begin) ?? begin()).catch((error: unknown) => {
    throw listenErrorFrom(error, { host, port: listen.port }, listen.variable);
  });
  const figures = config.metrics && (await serveFigures(config.metrics, listening));
  const { drain_ms } = server;
  const stop = async (): Promise<void> => {
    await listening.close({ drain_ms });
    await figures?.close();
  };
  stopOnSignals(stop, logger, drain_ms);
  tell('Parley realtime is running.', [
    ['Pusher-protocol server', `http://${host}:${listening.port}${path ?? ''}`],
    ['Apps', apps.map(({ id, settings }) => settings.name ?? id).join(', ')],
    ...(figures === null ? [] : [['Metrics', figures.url] as const]),
  ]);
}

/** @throws ListenError, the server closed again */
async function serveFigures(settings: MetricsSettings, listening: ListeningRealtime) {
  try {
    const figures = await listenForMetrics(settings, () => listening.server.metrics());
    return { ...figures, url: `http://${settings.host}:${figures.port}/metrics` };
  } catch (error) {
    await listening.close();
    throw error;
  }
}

/** The variables that the options stand for. */
export function variablesFrom(given: Given): Environment {
  return {
    REVERB_SERVER_HOST: given.text('host'),
    REVERB_SERVER_PORT: given.text('port'),
    REVERB_SERVER_PATH: given.text('path'),
    REVERB_APPS_FILE: given.text('apps'),
    LOG_LEVEL: given.isOn('debug') ? 'debug' : undefined,
  };
}
