import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ClusterTimes } from '../cluster/cluster-node.ts';
import type { ProcessLine, ProcessSettings } from './cluster-process.ts';
import { APP } from './running-server.ts';
import { backend } from './sdk-clients.ts';

export interface ClusterProcess {
  readonly port: number;
  /** How often it said that it may have missed events. */
  readonly missed: number;
  /** Resolves when the process has ended; after SIGSTOP at once. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const MAIN = fileURLToPath(new URL('cluster-process.ts', import.meta.url));

/** A real process, as a machine of the cluster would run it; ended when the test is over. */
export async function startClusterProcess(
  redisUrl: string,
  clusterTimes: Partial<ClusterTimes> = {},
): Promise<ClusterProcess> {
  const settings: ProcessSettings = { redisUrl, apps: [APP], clusterTimes };
  const child = spawn(process.execPath, [MAIN, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let missed = 0;
  const port = await new Promise<number>((resolve, reject) => {
    void ended.then(() => reject(new Error('The process ended')));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as ProcessLine;
      if (line.type === 'listening') resolve(line.port);
      else missed += 1;
    });
  });
  return {
    port,
    get missed() {
      return missed;
    },
    async kill(signal) {
      child.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await ended;
    },
  };
}

/** What a node answers over the HTTP API about one presence channel. */
export async function countsOf(
  node: { port: number },
  channel: string,
): Promise<{ subscription_count: number; user_count: number }> {
  const params = { info: 'user_count,subscription_count' };
  const response = await backend(node).get({ path: `/channels/${channel}`, params });
  return (await response.json()) as { subscription_count: number; user_count: number };
}
