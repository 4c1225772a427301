import type { Job, Work } from '../work.ts';
import { Audience, channelName } from './audience.ts';
import { DIALECTS } from './dialect.ts';
import type { Report } from './main.ts';
import { messageText } from './message.ts';
import { Publisher } from './publisher.ts';
import { timeServer } from './server-clock.ts';

const SUBSCRIBERS_PER_CHANNEL = 2;
const PUBLISHER = 0;

/** Many small channels: CPU time for each publish. */
export async function measureChannels(
  job: Job,
  { channels, publishes, atOnce }: Extract<Work, { type: 'channels' }>,
  report: Report,
): Promise<void> {
  const audience = new Audience({
    port: job.port,
    dialect: DIALECTS[job.peer],
    subscribersMax: channels * SUBSCRIBERS_PER_CHANNEL,
    publishers: 1,
    channelOf: (subscriber) => subscriber % channels,
  });
  await audience.growTo(channels * SUBSCRIBERS_PER_CHANNEL);
  const senders = Array.from({ length: atOnce }, () => new Publisher(job.port));
  const sequences = new Uint32Array(channels);
  const warmUp = prepare(job, { publishes, atOnce, sequences });
  await sendAll(audience, senders, warmUp);
  const requests = prepare(job, { publishes, atOnce, sequences });
  const time = await timeServer(job, () => sendAll(audience, senders, requests));
  report({
    row: 'channels',
    value: time.cpu_ns / publishes,
    also: { 'waited %': time.waited_percent, 'publishes/s': publishes / (time.wall_ns / 1e9) },
    profile: time.profile,
  });
  for (const sender of senders) sender.destroy();
  await audience.leave();
}

/**
 * Requests for each sender, signed before the clock starts. A channel is always the same sender's,
 * whose requests go one by one: so its messages have an order.
 */
function prepare(
  job: Job,
  { publishes, atOnce, sequences }: { publishes: number; atOnce: number; sequences: Uint32Array },
): Buffer[][] {
  const requests: Buffer[][] = Array.from({ length: atOnce }, () => []);
  for (let i = 0; i < publishes; i += 1) {
    const channel = i % sequences.length;
    const sequence = (sequences[channel] ?? 0) + 1;
    sequences[channel] = sequence;
    const message = messageText(PUBLISHER, sequence);
    const request = DIALECTS[job.peer].publish(channelName(channel), message);
    requests[channel % atOnce]?.push(request);
  }
  return requests;
}

async function sendAll(
  audience: Audience,
  senders: readonly Publisher[],
  requests: readonly Buffer[][],
): Promise<void> {
  const count = requests.reduce((sum, own) => sum + own.length, 0);
  const delivered = audience.deliveries(PUBLISHER, count * SUBSCRIBERS_PER_CHANNEL);
  const sent = senders.map(async (sender, i) => {
    for (const request of requests[i] ?? []) await sender.send(request);
  });
  await audience.guard(Promise.all([...sent, delivered]), 'channels');
}
