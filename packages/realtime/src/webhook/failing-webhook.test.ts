import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { connectRaw } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { startReceiver } from '../testing/webhook-receiver.ts';
import { AppWebhooks } from './app-webhooks.ts';
import { pauseBeforeRetry_ms } from './delivery.ts';
import type { WebhookEndpoint, WebhookSettings } from './webhook-options.ts';
import { SILENT_LOGGER, type RealtimeLogger } from '../options.ts';

/** A machine that does much else is slow, and not wrong. */
const PATIENT = { timeout: 20_000 };

function webhooksTo(
  endpoints: readonly WebhookEndpoint[],
  settings: Partial<WebhookSettings> = {},
  logger: RealtimeLogger = SILENT_LOGGER,
): AppWebhooks {
  return new AppWebhooks({
    config: { ...APP, webhooks: endpoints },
    settings: { retryFirst_ms: 20, closeTimeout_ms: 200, ...settings },
    app: () => undefined,
    logger,
  });
}

function miss(hooks: AppWebhooks, ...channels: readonly string[]): void {
  for (const channel of channels) hooks.take({ type: 'cache_miss', channel });
}

test('[PP-9] a call that fails is repeated as it was, and holds up its channel alone', async () => {
  let failures = 0;
  const receiver = await startReceiver((call) => {
    if (!call.body.includes('"a"') || failures === 3) return 200;
    failures += 1;
    return [500, 302, 404][failures - 1];
  });
  const hooks = webhooksTo([{ url: receiver.url }]);
  hooks.take({ type: 'cache_miss', channel: 'a' });
  hooks.take({ type: 'subscription_count', channel: 'a', count: 2 });
  miss(hooks, 'b', 'c');
  await receiver.took(4);
  expect(receiver.events().map(({ name, channel }) => [name, channel])).toEqual([
    ['cache_miss', 'b'],
    ['cache_miss', 'c'],
    ['cache_miss', 'a'],
    ['subscription_count', 'a'],
  ]);
  const [first = ''] = receiver.calls.map(({ body }) => body);
  expect(receiver.calls.filter(({ body }) => body === first)).toHaveLength(4);
  await vi.waitFor(() => {
    expect(hooks.counts).toEqual({ delivered: 4, failed: 0, dropped: 0, retries: 3 });
  }, PATIENT);
});

test('[PP-9] a redirect is not followed', async () => {
  const elsewhere = await startReceiver();
  const receiver = await startReceiver((_call, count, response) => {
    if (count > 1) return 200;
    response.writeHead(307, { location: elsewhere.url }).end();
    return undefined;
  });
  miss(webhooksTo([{ url: receiver.url }]), 'a');
  await receiver.took(1);
  expect(elsewhere.calls).toEqual([]);
});

test('[PP-9] after a while it is given up, and the next is tried', async () => {
  const receiver = await startReceiver((call) => (call.body.includes('"bad"') ? 500 : 200));
  const hooks = webhooksTo([{ url: receiver.url, batch: true }], {
    batchWindow_ms: 0,
    eventsPerBatchMax: 1,
    // Long enough for several on a machine that does much else.
    retryFor_ms: 1_500,
  });
  miss(hooks, 'bad', 'good');
  await receiver.took(1);
  expect(receiver.events()).toEqual([{ name: 'cache_miss', channel: 'good' }]);
  await vi.waitFor(() => expect(hooks.counts).toMatchObject({ delivered: 1, failed: 1 }), PATIENT);
  expect(hooks.counts.retries).toBeGreaterThan(1);
});

test('[PP-9] an endpoint that never answers holds up no other, nor the sockets', async () => {
  const silent = await startReceiver(() => undefined);
  const endless = await startReceiver((_call, _count, response) => {
    const writeMore = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.writeHead(200).on('drain', writeMore);
    writeMore();
    return undefined;
  });
  const well = await startReceiver();
  const running = await startRealtime({
    apps: [{ ...APP, webhooks: [silent, endless, well].map(({ url }) => ({ url })) }],
    webhooks: { requestTimeout_ms: 100, retryFirst_ms: 20, closeTimeout_ms: 100 },
  });
  const client = await connectRaw(running);
  for (let n = 0; n < 40; n += 1) client.subscribe(`c${n}`);
  await client.roundTrip();
  await well.took(40);
  await endless.called(40);
  // All that may be under way at once, and after the time limit again.
  await silent.called(17);
});

test('[PP-9] what waits for a dead endpoint is bounded, and stopping does not wait for it', async () => {
  const dead = await startReceiver(() => 503);
  const lines: string[] = [];
  const note = (values: object, message: string): void => {
    const text = JSON.stringify(values, (_key, value: unknown) =>
      value instanceof Error ? value.stack : value,
    );
    lines.push(`${message} ${text}`);
  };
  const logger = { debug: note, info: note, warn: note, error: note };
  const hooks = webhooksTo(
    [{ url: dead.url, headers: { authorization: 'Bearer proxy-secret' } }],
    { waitingEventsMax: 50, retryFirst_ms: 60_000 },
    logger,
  );
  miss(hooks, ...Array.from({ length: 80 }, (_, n) => `c${n}`));
  expect(hooks.counts.dropped).toBe(30);
  await dead.called(50);
  await hooks.close();
  const { delivered, failed, dropped } = hooks.counts;
  expect({ delivered, lost: failed + dropped }).toEqual({ delivered: 0, lost: 80 });
  // Each state is said once, not with each event.
  expect(lines.filter((line) => line.startsWith('webhooks are'))).toHaveLength(1);
  expect(lines[0]).toContain(new URL(dead.url).origin);
  for (const secret of ['of-the-receiver', '/hooks', 'proxy-secret', APP.secret]) {
    expect(lines.join('\n')).not.toContain(secret);
  }
});

test('[PP-9] what waits is bounded in bytes too', async () => {
  const dead = await startReceiver(() => undefined);
  const hooks = webhooksTo([{ url: dead.url }], { waitingBytesMax: 10_000, requestsMax: 1 });
  const dataJson = JSON.stringify('x'.repeat(3_000));
  for (let n = 0; n < 10; n += 1) {
    const event = { channel: `private-${n}`, event: 'client-x', socketId: '1.2' };
    hooks.take({ type: 'client_event', ...event, dataJson, userId: undefined });
  }
  expect(hooks.counts.dropped).toBe(6);
  await hooks.close();
  expect(hooks.counts.dropped).toBe(10);
});

test('[PP-9] pauses before a repetition double up to a limit, each by chance between half and all', () => {
  const chances = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), chances, (failures, random) => {
      const pause_ms = pauseBeforeRetry_ms(failures, 1_000, 60_000, random);
      const whole_ms = Math.min(60_000, 1_000 * 2 ** (failures - 1));
      expect(pause_ms).toBeGreaterThanOrEqual(whole_ms / 2);
      expect(pause_ms).toBeLessThanOrEqual(whole_ms);
    }),
  );
});
