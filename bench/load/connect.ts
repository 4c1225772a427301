import type { Job, Work } from '../work.ts';
import { Audience } from './audience.ts';
import { DIALECTS } from './dialect.ts';
import type { Report } from './main.ts';
import { proveSubscribed } from './sender.ts';
import { timeServer } from './server-clock.ts';

/** Connections, each subscribed and told so, for each second of CPU time. */
export async function measureConnect(
  job: Job,
  { warmUp, connections }: Extract<Work, { type: 'connect' }>,
  report: Report,
): Promise<void> {
  const audience = new Audience({
    port: job.port,
    dialect: DIALECTS[job.peer],
    subscribersMax: warmUp + connections,
    publishers: 1,
    channelOf: () => 0,
  });
  await audience.growTo(warmUp);
  const time = await timeServer(job, () => audience.growTo(warmUp + connections));
  report({
    row: 'connect',
    value: connections / (time.cpu_ns / 1e9),
    also: { 'waited %': time.waited_percent, 'connections/s': connections / (time.wall_ns / 1e9) },
    profile: time.profile,
  });
  await proveSubscribed(job, audience);
  await audience.leave();
}
