import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBus } from './cluster/bus.ts';
import { connectRaw, leave, openRaw } from './testing/raw-client.ts';
import { APP, startRealtime } from './testing/running-server.ts';
import { backend } from './testing/sdk-clients.ts';

/** Values by name and labels, as they stand in the text. */
function parse(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test('figures of sockets, channels and calls, by app', async () => {
  const other = { id: '8', key: 'other', secret: 'other-secret' };
  const running = await startRealtime({ apps: [APP, other] });
  const read = async (): Promise<ReadonlyMap<string, number>> =>
    parse(await running.server.metrics());
  const value = async (name: string): Promise<number | undefined> =>
    (await read()).get(`parley_realtime_${name}`);

  const [ann, bob] = await Promise.all([connectRaw(running), connectRaw(running)]);
  await ann.join('private-a');
  await bob.join('private-a');
  await bob.join('private-b');
  expect(await value('connections{app="7"}')).toBe(2);
  expect(await value('connections{app="8"}')).toBe(0);
  expect(await value('channels{app="7"}')).toBe(2);
  expect(await value('connections_opened_total')).toBe(2);
  expect(await value('messages_received_total')).toBe(3);

  const sent = (await value('messages_sent_total')) ?? 0;
  await backend(running).trigger('private-a', 'e', { text: 'x'.repeat(100) });
  await Promise.all([ann.next('e'), bob.next('e')]);
  expect(await value('messages_sent_total')).toBe(sent + 2);
  expect(await value('sent_bytes_total')).toBeGreaterThan(200);
  expect(await value('received_bytes_total')).toBeGreaterThan(100);

  await fetch(`http://127.0.0.1:${running.port}/apps/7/events`, { method: 'POST' });
  await fetch(`http://127.0.0.1:${running.port}/apps/7/"\n{}`, { method: 'POST' });
  const figures = await read();
  const calls = 'parley_realtime_http_requests_total';
  expect(figures.get(`${calls}{route="POST events",status="200"}`)).toBe(1);
  expect(figures.get(`${calls}{route="refused",status="401"}`)).toBe(1);
  expect(figures.get(`${calls}{route="refused",status="404"}`)).toBe(1);
  const duration = 'parley_realtime_http_request_duration_seconds';
  expect(figures.get(`${duration}_count{route="POST events"}`)).toBe(1);
  expect(figures.get(`${duration}_bucket{route="POST events",le="+Inf"}`)).toBe(1);
  expect(figures.get(`${duration}_sum{route="POST events"}`)).toBeGreaterThan(0);
  expect(figures.has('process_cpu_seconds_total')).toBe(true);
  expect(figures.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
});

test('no client makes labels: neither by channels nor by the codes with which it closes', async () => {
  const running = await startRealtime();
  const size = async (): Promise<number> => {
    const names = [...parse(await running.server.metrics()).keys()];
    return names.filter((name) => name.startsWith('parley_')).length;
  };
  const before = await size();
  const client = await connectRaw(running);
  for (let n = 0; n < 50; n += 1) client.subscribe(`channel-${n}`);
  await client.roundTrip();
  await leave(client);
  for (let code = 4400; code < 4420; code += 1) {
    const each = await connectRaw(running);
    each.webSocket.close(code);
    await each.closed;
  }
  const refused = openRaw(running, { path: '/app/nobody' });
  await refused.closed;
  const closed = async (code: string): Promise<number | undefined> =>
    parse(await running.server.metrics()).get(
      `parley_realtime_connections_closed_total{code="${code}"}`,
    );
  await expect.poll(async () => closed('other')).toBe(20);
  await expect.poll(async () => closed('4001')).toBe(1);
  // The two codes.
  expect((await size()) - before).toBeLessThanOrEqual(3);
});

test('two servers in one process count for themselves', async () => {
  const [one, two] = await Promise.all([startRealtime(), startRealtime()]);
  await connectRaw(one);
  const opened = async ({ server }: typeof one): Promise<number | undefined> =>
    parse(await server.metrics()).get('parley_realtime_connections_opened_total');
  expect([await opened(one), await opened(two)]).toEqual([1, 0]);
});

test('[PP-9] figures of webhooks, and of the bus', async () => {
  const receiver = createServer((_request, response) => response.end());
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  onTestFinished(() => void receiver.close());
  const { port } = receiver.address() as AddressInfo;
  const app = { ...APP, webhooks: [{ url: `http://127.0.0.1:${port}/` }] };
  const bus = createMemoryBus();
  const nodes = await Promise.all([
    startRealtime({ bus, apps: [app] }),
    startRealtime({ bus, apps: [app] }),
  ]);
  const values = async (name: string): Promise<(number | undefined)[]> =>
    Promise.all(
      nodes.map(async ({ server }) => parse(await server.metrics()).get(`parley_realtime_${name}`)),
    );
  const delivered = 'webhook_events_total{app="7",outcome="delivered"}';
  expect(await values(delivered)).toEqual([0, 0]);
  await expect.poll(async () => values('nodes')).toEqual([2, 2]);
  const client = await connectRaw(nodes[0]);
  await client.join('private-a');
  // By one of them, whichever.
  await expect.poll(async () => (await values(delivered)).toSorted(ascending)).toEqual([0, 1]);
  expect(await values('bus_up')).toEqual([1, 1]);
  const [published] = await values('bus_messages_total{outcome="published"}');
  expect(published).toBeGreaterThan(0);
});

function ascending(a = 0, b = 0): number {
  return a - b;
}
