import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { App } from './channel/app.ts';
import { type CallCounts, DURATION_BOUNDS_MS } from './http-api/call-counts.ts';
import type { ClusterFigures } from './cluster/cluster-node.ts';
import type { Traffic } from './socket/traffic.ts';
import type { WebhookCounts } from './webhook/webhook-options.ts';

/** What the figures are read from. */
export interface MetricsSources {
  apps: readonly App[];
  traffic: Traffic;
  calls: CallCounts;
  /** By id of the app; those without are not there. */
  webhooks: ReadonlyMap<string, { readonly counts: WebhookCounts }>;
  /** Null where this node stands alone. */
  cluster: () => ClusterFigures | null;
}

/** Figures of the process that cost as much as there are sockets, each time they are read. */
const TOO_DEAR = [
  'process_open_fds',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
];

/** Of RFC 6455 and of the Pusher protocol. Clients may close with any code; those are one figure. */
const KNOWN_CLOSE_CODES = /^(10(0[0-3]|0[5-9]|1[0-5])|4[0-3]\d\d)$/;

/**
 * The figures of one server, for Prometheus. What they are made of is counted as plain numbers
 * and read when somebody asks; until the first time nothing else is kept. Names of channels and
 * users never become labels: there is no end to them.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources: MetricsSources;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    collectDefaultMetrics({ register: this.#registry });
    for (const name of TOO_DEAR) this.#registry.removeSingleMetric(name);
    this.#addApps();
    this.#addTraffic();
    this.#addCalls();
    this.#addWebhooks();
    if (sources.cluster() !== null) this.#addCluster(sources.cluster);
  }

  /** In Prometheus's text format, version 0.0.4. */
  async render(): Promise<string> {
    return `${await this.#registry.metrics()}\n${durations(this.#sources.calls)}`;
  }

  #addApps(): void {
    const { apps } = this.#sources;
    const perApp = (name: string, help: string, read: (app: App) => number): void => {
      this.#gauge(name, help, ['app'], (gauge) => {
        for (const app of apps) gauge.set({ app: app.id }, read(app));
      });
    };
    perApp('connections', 'Open sockets on this node.', (app) => app.connections.size);
    perApp(
      'channels',
      'Channels that are occupied, in the whole cluster.',
      (app) => app.channels.size,
    );
    perApp('users', 'Users who are signed in on this node.', (app) => app.users.localIds().length);
  }

  #addTraffic(): void {
    const { traffic } = this.#sources;
    const total = (name: string, help: string, read: () => number): void => {
      this.#counter(name, help, [], (counter) => counter.inc(read()));
    };
    total('connections_opened_total', 'Sockets let in.', () => traffic.connectionsOpened);
    this.#counter(
      'connections_closed_total',
      'Sockets that ended, those that were refused included, by close code; 0: without one.',
      ['code'],
      (counter) => {
        for (const [code, count] of traffic.connectionsClosed) {
          const known = code === 0 || KNOWN_CLOSE_CODES.test(String(code));
          counter.inc({ code: known ? String(code) : 'other' }, count);
        }
      },
    );
    total('messages_received_total', 'Messages of clients.', () => traffic.messagesReceived);
    total(
      'messages_sent_total',
      'Messages to clients, for each of them.',
      () => traffic.framesSent,
    );
    total(
      'received_bytes_total',
      'Bytes of clients, on their sockets.',
      () => traffic.bytesReceived,
    );
    total('sent_bytes_total', 'Bytes to clients, on their sockets.', () => traffic.bytesSent);
    total(
      'slow_readers_total',
      'Sockets closed because they read too slowly.',
      () => traffic.slowReaders,
    );
  }

  #addCalls(): void {
    const { calls } = this.#sources;
    this.#counter(
      'http_requests_total',
      'Calls of the HTTP API, by route and status of the answer.',
      ['route', 'status'],
      (counter) => {
        for (const [route, { byStatus }] of calls.byRoute) {
          for (const [status, count] of byStatus) counter.inc({ route, status }, count);
        }
      },
    );
  }

  #addWebhooks(): void {
    const { webhooks } = this.#sources;
    this.#counter(
      'webhook_events_total',
      'Events for webhooks, for each address that one is for, by what became of it.',
      ['app', 'outcome'],
      (counter) => {
        for (const [app, { counts }] of webhooks) {
          for (const outcome of ['delivered', 'failed', 'dropped'] as const) {
            counter.inc({ app, outcome }, counts[outcome]);
          }
        }
      },
    );
    this.#counter(
      'webhook_retries_total',
      'Calls of webhooks that failed and were repeated.',
      ['app'],
      (counter) => {
        for (const [app, { counts }] of webhooks) counter.inc({ app }, counts.retries);
      },
    );
  }

  #addCluster(read: MetricsSources['cluster']): void {
    this.#gauge('bus_up', 'Whether this node hears itself over the bus.', [], (gauge) =>
      gauge.set(read()?.isUp === true ? 1 : 0),
    );
    this.#gauge('nodes', 'Nodes whose state is known, this one included.', [], (gauge) =>
      gauge.set(read()?.nodes ?? 0),
    );
    this.#counter(
      'bus_messages_total',
      'Messages between nodes, by what became of them; rejected: none of ours.',
      ['outcome'],
      (counter) => {
        for (const outcome of ['published', 'received', 'rejected', 'dropped'] as const) {
          counter.inc({ outcome }, read()?.[outcome] ?? 0);
        }
      },
    );
  }

  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    read: (gauge: Gauge<L>) => void,
  ): void {
    const gauge = new Gauge({
      name: `parley_realtime_${name}`,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        read(this);
      },
    });
    this.#registry.registerMetric(gauge);
  }

  #counter<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    read: (counter: Counter<L>) => void,
  ): void {
    const counter = new Counter({
      name: `parley_realtime_${name}`,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        read(this);
      },
    });
    this.#registry.registerMetric(counter);
  }
}

/** By hand: a histogram of the library counts by itself, and takes no counts from elsewhere. */
function durations(calls: CallCounts): string {
  const name = 'parley_realtime_http_request_duration_seconds';
  const lines = [
    `# HELP ${name} What answers of the HTTP API took, from the head of the call on.`,
    `# TYPE ${name} histogram`,
  ];
  for (const [route, { byDuration, duration_ms }] of calls.byRoute) {
    let sum = 0;
    for (const [index, count] of byDuration.entries()) {
      const bound_ms = DURATION_BOUNDS_MS[index];
      const le = bound_ms === undefined ? '+Inf' : String(bound_ms / 1000);
      sum += count;
      lines.push(`${name}_bucket{route="${route}",le="${le}"} ${sum}`);
    }
    lines.push(`${name}_sum{route="${route}"} ${duration_ms / 1000}`);
    lines.push(`${name}_count{route="${route}"} ${sum}`);
  }
  return `${lines.join('\n')}\n`;
}
