import { createServer, type ServerResponse } from 'node:http';
import type { MetricsSettings } from '../config/metrics.ts';
import { listen } from './listener.ts';

export interface MetricsListener {
  /** The port that was taken, also where 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** A scrape is one small request. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Serves figures at `GET /metrics`, on a port of their own.
 *
 * @param read Prometheus's text format
 * @throws ListenError
 */
export async function listenForMetrics(
  settings: MetricsSettings,
  read: () => Promise<string>,
): Promise<MetricsListener> {
  const answer = async (response: ServerResponse): Promise<void> => {
    const text = await read();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(text);
  };
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end('There is only GET /metrics\n');
      return;
    }
    answer(response).catch((error: unknown) => response.destroy(error as Error));
  });
  const port = await listen(server, settings, settings.variable);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
