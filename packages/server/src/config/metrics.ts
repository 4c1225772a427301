import type { Variables } from './variables.ts';

/** Where figures for Prometheus are served: on a port of their own, which is never the public's. */
export interface MetricsSettings {
  readonly host: string;
  readonly port: number;
  /** The variable that names the port: each of two processes with one `.env` has its own. */
  readonly variable: 'METRICS_PORT' | 'REVERB_METRICS_PORT';
}

export function metricsFrom(
  given: Variables,
  variable: MetricsSettings['variable'],
): MetricsSettings | null {
  const port = given[variable];
  return port === undefined ? null : { host: given.METRICS_HOST, port, variable };
}
