import { setTimeout as sleep } from 'node:timers/promises';
import { kernelBytes, residentBytes } from '../process-usage.ts';
import type { Job, Work } from '../work.ts';
import { Audience } from './audience.ts';
import { DIALECTS } from './dialect.ts';
import type { Report } from './main.ts';
import { proveSubscribed } from './sender.ts';

/** Resident memory for each connection that is subscribed and idle. */
export async function measureMemory(
  job: Job,
  { connections, settle_ms }: Extract<Work, { type: 'memory' }>,
  report: Report,
): Promise<void> {
  const residentBefore = residentBytes(job.pids);
  const kernelBefore = kernelBytes();
  const audience = new Audience({
    port: job.port,
    dialect: DIALECTS[job.peer],
    subscribersMax: connections,
    publishers: 1,
    channelOf: () => 0,
  });
  await audience.growTo(connections);
  // The same time for everyone to put things in order, garbage collection included.
  await Promise.race([sleep(settle_ms), audience.failure]);
  report({
    row: 'memory',
    value: (residentBytes(job.pids) - residentBefore) / connections,
    also: { 'KB of the kernel, both ends': (kernelBytes() - kernelBefore) / connections / 1024 },
    profile: null,
  });
  await proveSubscribed(job, audience);
  await audience.leave();
}
