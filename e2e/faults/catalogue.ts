import { clockMoves } from './clock-faults.ts';
import { diskFull, foreignWriter, killedBeforeAnswer, syncFails } from './disk-faults.ts';
import type { Fault } from './fault.ts';
import { flapping, halfOpen, proxyFaults, slowReaders, storm } from './network-faults.ts';
import { backendsTerminated, lateCommits, postgresCrashes, rowHeld } from './postgres-faults.ts';
import { redisFreezes, redisRestarts } from './redis-faults.ts';
import { repeated } from './repeat-faults.ts';
import { diesUnpublished, killed, stopped } from './server-faults.ts';

/** Everything that is made to go wrong by `npm run faults`. */
export const faults: readonly Fault[] = [
  killed,
  killedBeforeAnswer,
  stopped,
  diskFull,
  syncFails,
  foreignWriter,
  clockMoves,
  postgresCrashes,
  backendsTerminated,
  lateCommits,
  rowHeld,
  redisRestarts,
  redisFreezes,
  diesUnpublished,
  ...proxyFaults,
  flapping,
  halfOpen,
  slowReaders,
  storm,
  repeated,
];
