import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectRaw, openRaw } from './testing/raw-client.ts';
import { APP, startRealtime } from './testing/running-server.ts';
import { backend } from './testing/sdk-clients.ts';

test('[PP-1][PP-8] a path before all others, which SDKs do not sign', async () => {
  const running = await startRealtime({ path: '/realtime' });
  const url = `http://127.0.0.1:${running.port}`;
  expect((await fetch(`${url}/up`)).status).toBe(200);
  expect((await fetch(`${url}/realtime/up`)).status).toBe(200);
  const client = await connectRaw(running, { path: `/realtime/app/${APP.key}` });
  client.subscribe('chat');
  await client.next('pusher_internal:subscription_succeeded');

  // The SDK has no option for it: its signed address is taken and sent below the path.
  const query = backend(running).createSignedQueryString({
    method: 'POST',
    path: `/apps/${APP.id}/events`,
    body: '{"name":"e","channels":["chat"],"data":"{}"}',
  });
  const response = await fetch(`${url}/realtime/apps/${APP.id}/events?${query}`, {
    method: 'POST',
    body: '{"name":"e","channels":["chat"],"data":"{}"}',
  });
  expect(response.status).toBe(200);
  await client.next('e');

  for (const path of [`/app/${APP.key}`, `/realtimeX/app/${APP.key}`, '/realtime']) {
    const refused = openRaw(running, { path });
    expect((await refused.closed).code).toBe(1006);
  }
  expect((await fetch(`${url}/apps/${APP.id}/events`, { method: 'POST' })).status).toBe(404);
});

test('[PP-8] idle connections outlive the minute after which proxies let go of theirs', async () => {
  const running = await startRealtime();
  const told = async (path: string): Promise<number> => {
    const { headers } = await fetch(`http://127.0.0.1:${running.port}${path}`);
    return Number(/^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '')?.[1]);
  };
  expect(await told('/up')).toBeGreaterThan(60);
  const query = backend(running).createSignedQueryString({
    method: 'GET',
    path: `/apps/${APP.id}/channels`,
  });
  expect(await told(`/apps/${APP.id}/channels?${query}`)).toBeGreaterThan(60);
});

test('while it closes, whoever still has a connection is told so at /up, and nobody gets one', async () => {
  const running = await startRealtime();
  const client = await connectRaw(running);
  const balancer = connect(running.port, '127.0.0.1');
  onTestFinished(() => void balancer.destroy());
  balancer.write('GET /up HTTP/1.1\r\nHost: balancer\r\n');
  expect((await fetch(`http://127.0.0.1:${running.port}/up`)).status).toBe(200);

  const closing = running.close({ drain_ms: 1_000 });
  await expect(fetch(`http://127.0.0.1:${running.port}/up`)).rejects.toThrow('fetch failed');
  balancer.write('\r\n');
  const [answer] = (await once(balancer, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 /);
  expect((await client.closed).code).toBe(4200);
  await closing;
});
