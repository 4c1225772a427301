// A node of a cluster as a process of its own, started by cluster-processes.ts. Its settings come
// as JSON; it says one JSON line each time that there is something to say.
import { createRedisBus } from '../cluster/redis-bus.ts';
import type { ClusterTimes } from '../cluster/cluster-node.ts';
import { listenRealtime } from '../listen.ts';
import type { RealtimeApp } from '../options.ts';

export interface ProcessSettings {
  redisUrl: string;
  apps: RealtimeApp[];
  clusterTimes: Partial<ClusterTimes>;
}

/** `missed`: events of other nodes may have been missed. */
export type ProcessLine = { type: 'listening'; port: number } | { type: 'missed' };

const settings = JSON.parse(process.argv[2] ?? '{}') as ProcessSettings;

function say(line: ProcessLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const running = await listenRealtime({
  apps: settings.apps,
  bus: createRedisBus({ url: settings.redisUrl }),
  clusterTimes: settings.clusterTimes,
  eventsMissed: () => say({ type: 'missed' }),
  host: '127.0.0.1',
  port: 0,
});
process.once('SIGTERM', () => void running.close());
say({ type: 'listening', port: running.port });
