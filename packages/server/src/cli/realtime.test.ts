import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import PusherHttp from 'pusher';
import PusherJs from 'pusher-js';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startProcess, type StartedProcess } from '../testing/process.ts';

const APP = { id: '1', key: 'alone', secret: 'secret' };
const ENV = {
  REVERB_SERVER_PORT: '0',
  REVERB_SERVER_HOST: '127.0.0.1',
  REVERB_APP_ID: APP.id,
  REVERB_APP_KEY: APP.key,
  REVERB_APP_SECRET: APP.secret,
};

/** The Node build is the class itself; its types speak of a module with a default. */
const Pusher = PusherJs as unknown as typeof PusherJs.default;

const startRealtime = async (env: Record<string, string> = {}): Promise<StartedProcess> =>
  startProcess(['realtime'], { ...ENV, ...env }, /Pusher-protocol server: http/);

/** Its figures are told of after the rest. */
const startWithMetrics = async (): Promise<StartedProcess> =>
  startProcess(['realtime'], { ...ENV, REVERB_METRICS_PORT: '0' }, /:\d+\/metrics/);

const portOf = ({ url }: StartedProcess): number => Number(new URL(url).port);

interface Client {
  readonly pusher: InstanceType<typeof Pusher>;
  readonly heard: unknown[];
  /** How many times it was subscribed. */
  subscriptions: number;
}

/** The real pusher-js, which nobody tells to come back. */
function startClient(port: number): Client {
  const pusher = new Pusher(APP.key, {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
  });
  onTestFinished(() => pusher.disconnect());
  const client: Client = { pusher, heard: [], subscriptions: 0 };
  const channel = pusher.subscribe('news');
  channel.bind('item', (item: unknown) => client.heard.push(item));
  channel.bind('pusher:subscription_succeeded', () => {
    client.subscriptions += 1;
  });
  return client;
}

const publish = async (port: number, item: string): Promise<void> => {
  const { id: appId, key, secret } = APP;
  const options = { host: '127.0.0.1', port: String(port), useTLS: false };
  await new PusherHttp({ appId, key, secret, ...options }).trigger('news', 'item', item);
};

/** Stands in front as a balancer does: to the first server that takes the connection. */
async function startBalancer(ports: readonly number[]) {
  /** When each connection was made, by the server that got it. */
  const arrivals = ports.map((): number[] => []);
  const sockets = new Set<Socket>();
  const join = (client: Socket, index: number): void => {
    const upstream = connect(ports[index] ?? 0, '127.0.0.1');
    sockets.add(client).add(upstream);
    upstream.once('connect', () => {
      arrivals[index]?.push(performance.now());
      client.pipe(upstream).pipe(client);
    });
    upstream.once('error', () => {
      if (index + 1 < ports.length && !upstream.bytesWritten) join(client, index + 1);
      else client.destroy();
    });
    client.once('error', () => upstream.destroy());
    client.once('close', () => upstream.destroy());
  };
  const server = createServer((client) => join(client, 0));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, arrivals };
}

/** The most of these times that lie within any such span. */
function mostWithin(times: readonly number[], span_ms: number): number {
  return Math.max(
    ...times.map((from) => times.filter((t) => t >= from && t < from + span_ms).length),
  );
}

describe('[PP-7] a server that stops moves its clients to another', () => {
  test('all of them, spread over the time for draining, by what pusher-js does itself', async () => {
    const [first, second] = await Promise.all([
      startRealtime({ DRAIN_SECONDS: '2' }),
      startRealtime(),
    ]);
    const balancer = await startBalancer([portOf(first), portOf(second)]);
    const clients = Array.from({ length: 80 }, () => startClient(balancer.port));
    const subscribed = (times: number): number =>
      clients.filter(({ subscriptions }) => subscriptions === times).length;
    await expect.poll(() => subscribed(1), { timeout: 10_000 }).toBe(80);
    await publish(portOf(first), 'before');
    await expect.poll(() => clients.every(({ heard }) => heard.length === 1)).toBe(true);

    first.process.kill('SIGTERM');
    const exit = await once(first.process, 'exit');
    await expect.poll(() => subscribed(2), { timeout: 5_000 }).toBe(80);
    await publish(portOf(second), 'after');
    await expect.poll(() => clients.every(({ heard }) => heard.at(-1) === 'after')).toBe(true);
    expect(exit).toEqual([0, null]);
    // Draining is about time: 2 every 50 ms as it is written, and never a crowd in one instant.
    const [, moved = []] = balancer.arrivals;
    expect(moved).toHaveLength(80);
    expect(Math.max(...moved) - Math.min(...moved)).toBeGreaterThan(1_000);
    expect(mostWithin(moved, 200)).toBeLessThan(40);
  });

  test('with nobody to move it ends at once, however long it might take', async () => {
    const started = await startRealtime({ DRAIN_SECONDS: '600' });
    started.process.kill('SIGTERM');
    expect(await once(started.process, 'exit')).toEqual([0, null]);
  });

  test('a second signal ends it at once', async () => {
    const started = await startRealtime({ DRAIN_SECONDS: '600' });
    const clients = Array.from({ length: 40 }, () => startClient(portOf(started)));
    await expect.poll(() => clients.every(({ subscriptions }) => subscriptions === 1)).toBe(true);
    started.process.kill('SIGTERM');
    await expect.poll(() => started.output()).toContain('"Stopping"');
    started.process.kill('SIGTERM');
    expect(await once(started.process, 'exit')).toEqual([130, null]);
  });
});

describe('figures for Prometheus', () => {
  test('have a port of their own, and are on no other', async () => {
    const started = await startWithMetrics();
    const client = startClient(portOf(started));
    await expect.poll(() => client.subscriptions).toBe(1);
    const url = /http:\/\/[\d.]+:\d+\/metrics/.exec(started.output())?.[0] ?? '';
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    expect(await response.text()).toContain('parley_realtime_connections{app="1"} 1\n');
    expect((await fetch(`${url}/more`)).status).toBe(404);
    expect((await fetch(`${started.url}/metrics`)).status).toBe(404);
  });

  test('of the whole server, too', async () => {
    const env = { PORT: '0', HOST: '127.0.0.1', METRICS_PORT: '0', REVERB_METRICS_PORT: '1' };
    const started = await startProcess([], env, /Metrics: http/);
    const url = /http:\/\/[\d.]+:\d+\/metrics/.exec(started.output())?.[0] ?? '';
    const text = await (await fetch(url)).text();
    expect(text).toMatch(/^parley_realtime_connections\{app="\d+"\} 0$/m);
    // What the first start writes: its site and its agent.
    expect(text).toMatch(/^parley_write_group_transactions_count [1-9]/m);
    expect((await fetch(`${started.url}/metrics`)).status).toBe(404);
  });

  test('a port that is taken stops the start, and is named', async () => {
    const first = await startWithMetrics();
    const port = /:(\d+)\/metrics/.exec(first.output())?.[1] ?? '';
    const second = await startProcess(
      ['realtime'],
      { ...ENV, REVERB_METRICS_PORT: port },
      /Cannot/,
    );
    expect(second.output()).toContain(`Cannot listen on port ${port} (REVERB_METRICS_PORT)`);
    await expect.poll(() => second.process.exitCode).toBe(1);
  });
});

describe("several nodes, as Laravel's file asks for them", () => {
  const redisUrl = inject('redisUrl');

  test.skipIf(redisUrl === null)('what is published on one is heard on the other', async () => {
    const { hostname, port } = new URL(redisUrl ?? '');
    const env = {
      REVERB_SCALING_ENABLED: 'true',
      REVERB_SCALING_CHANNEL: `test-${crypto.randomUUID()}`,
      REDIS_HOST: hostname,
      REDIS_PORT: port,
      REDIS_PASSWORD: 'null',
      DRAIN_SECONDS: '0',
    };
    const nodes = await Promise.all([startRealtime(env), startRealtime(env)]);
    const [here, there] = nodes.map((node) => startClient(portOf(node)));
    await expect.poll(() => [here?.subscriptions, there?.subscriptions]).toEqual([1, 1]);
    // Nobody says when the nodes have found each other.
    await expect
      .poll(async () => {
        await publish(portOf(nodes[0]), 'from here');
        return there?.heard.at(-1);
      })
      .toBe('from here');
    await publish(portOf(nodes[1]), 'from there');
    await expect.poll(() => here?.heard.at(-1)).toBe('from there');
  });

  test('a Redis that is not there stops nobody', async () => {
    const started = await startRealtime({ REDIS_URL: 'redis://127.0.0.1:1', DRAIN_SECONDS: '0' });
    const client = startClient(portOf(started));
    await expect.poll(() => client.subscriptions).toBe(1);
    await publish(portOf(started), 'alone');
    await expect.poll(() => client.heard).toEqual(['alone']);
    started.process.kill('SIGTERM');
    expect(await once(started.process, 'exit')).toEqual([0, null]);
  });
});
