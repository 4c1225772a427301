import { cpuNs } from '../process-usage.ts';
import type { Job, ProfileLine } from '../work.ts';
import { startProfile } from './profile.ts';

export interface ServerTime {
  cpu_ns: number;
  wall_ns: number;
  profile: readonly ProfileLine[] | null;
}

/** CPU time of the server while the work is done, and with it a profile, if one is asked for. */
export async function timeServer(job: Job, work: () => Promise<void>): Promise<ServerTime> {
  const stopProfile = job.inspector === null ? null : await startProfile(job.inspector);
  const wallBefore = process.hrtime.bigint();
  const cpuBefore = cpuNs(job.pids);
  await work();
  const cpu_ns = cpuNs(job.pids) - cpuBefore;
  const wall_ns = Number(process.hrtime.bigint() - wallBefore);
  return { cpu_ns, wall_ns, profile: stopProfile === null ? null : await stopProfile() };
}
