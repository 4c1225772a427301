import { expect, test, vi } from 'vitest';
import { createMemoryBus } from '../cluster/bus.ts';
import type { ListeningRealtime } from '../listen.ts';
import { connectRaw, leave } from '../testing/raw-client.ts';
import { APP, startRealtime } from '../testing/running-server.ts';
import { startReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts';

async function startNodes(
  receiver: WebhookReceiver,
  departureDelay_ms: number,
): Promise<[ListeningRealtime, ListeningRealtime]> {
  const options = {
    bus: createMemoryBus(),
    apps: [{ ...APP, webhooks: [{ url: receiver.url }] }],
    webhooks: { departureDelay_ms },
  };
  return Promise.all([startRealtime(options), startRealtime(options)]);
}

/** A machine that does much else is slow, and not wrong. */
const PATIENT = { timeout: 20_000 };

const NAMES = Array.from({ length: 6 }, (_, n) => `presence-${n}`);

function namesOn(receiver: WebhookReceiver, channel: string): unknown[] {
  return receiver
    .events()
    .filter((event) => event['channel'] === channel)
    .map(({ name }) => name);
}

test('[PP-4][PP-9] two nodes tell each thing once', async () => {
  const receiver = await startReceiver();
  const nodes = await startNodes(receiver, 50);
  const clients = await Promise.all(nodes.map(async (node) => connectRaw(node)));
  // Of each channel one of the nodes tells: six are enough for both to have some.
  for (const client of clients) {
    for (const name of NAMES) await client.join(name, { user_id: 'ann' });
  }
  await receiver.took(2 * NAMES.length);
  for (const client of clients) await leave(client);
  await receiver.took(4 * NAMES.length);
  for (const name of NAMES) {
    expect(namesOn(receiver, name)).toEqual([
      'channel_occupied',
      'member_added',
      'member_removed',
      'channel_vacated',
    ]);
  }
});

test('[PP-4][PP-9] who moves from a node that stops to another is there in the end', async () => {
  const receiver = await startReceiver();
  const [from, to] = await startNodes(receiver, 60_000);
  const before = await connectRaw(from);
  for (const name of NAMES) await before.join(name, { user_id: 'ann' });
  await receiver.took(2 * NAMES.length);
  await from.close();
  const after = await connectRaw(to);
  for (const name of NAMES) await after.join(name, { user_id: 'ann' });
  // The first node has said all; each channel's events come in order.
  for (const name of NAMES) {
    await vi.waitFor(() => expect(namesOn(receiver, name).at(-1)).toBe('member_added'), PATIENT);
  }
});
