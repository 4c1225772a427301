import { cpuTime } from '../process-usage.ts';
import type { Job, ProfileLine } from '../work.ts';
import { startProfile } from './profile.ts';

export interface ServerTime {
  cpu_ns: number;
  /** Of the time in which it had something to do, the part that others took from it, in percent. */
  waited_percent: number;
  wall_ns: number;
  profile: readonly ProfileLine[] | null;
}

/** CPU time of the server while the work is done, and with it a profile, if one is asked for. */
export async function timeServer(job: Job, work: () => Promise<void>): Promise<ServerTime> {
  const stopProfile = job.inspector === null ? null : await startProfile(job.inspector);
  const wallBefore = process.hrtime.bigint();
  const cpuBefore = cpuTime(job.pids);
  await work();
  const cpu = cpuTime(job.pids);
  const wall_ns = Number(process.hrtime.bigint() - wallBefore);
  const cpu_ns = cpu.used_ns - cpuBefore.used_ns;
  const waited_ns = cpu.waited_ns - cpuBefore.waited_ns;
  return {
    cpu_ns,
    waited_percent: (100 * waited_ns) / (cpu_ns + waited_ns),
    wall_ns,
    profile: stopProfile === null ? null : await stopProfile(),
  };
}
