// The load generator: one run against one server, in a process of its own. Told what to do by a
// Job in JSON, tells its parent what it measured, and ends.
import type { Job, Measured, Work } from '../work.ts';
import { measureChannels } from './channels.ts';
import { measureConnect } from './connect.ts';
import { measureDurable } from './durable.ts';
import { measureFanOut } from './fan-out.ts';
import { measureHeldFile } from './held-file.ts';
import { measureMemory } from './memory.ts';
import { measureCatchUp, measureEmptyPoll } from './reads.ts';
import { measureStorm } from './storm.ts';

export type Report = (measured: Measured) => void;

const [, , argument] = process.argv;
if (argument === undefined) throw new Error('This is started by run.ts');
process.once('disconnect', () => process.exit(1));
await measure(JSON.parse(argument) as Job, (measured) => process.send?.(measured));
// Sockets that are still open need not be waited for.
process.exit(0);

async function measure(job: Job, report: Report): Promise<void> {
  const { work } = job;
  switch (work.type) {
    case 'fan-out':
      return measureFanOut(job, work, report);
    case 'channels':
      return measureChannels(job, work, report);
    case 'memory':
      return measureMemory(job, work, report);
    case 'connect':
      return measureConnect(job, work, report);
    case 'durable':
      return measureDurable(job, work, report);
    case 'storm':
      return measureStorm(job, work, report);
    case 'empty-poll':
      return measureEmptyPoll(job, work, report);
    case 'catch-up':
      return measureCatchUp(job, work, report);
    case 'held-file':
      return measureHeldFile(job, work, report);
    default:
      return unreachable(work);
  }
}

function unreachable(work: never): never {
  throw new Error(`No such work: ${JSON.stringify(work satisfies Work)}`);
}
