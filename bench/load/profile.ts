import type { ProfileLine } from '../work.ts';

/** What matters here of the inspector's `Profiler.Profile`. */
interface CpuProfile {
  nodes: readonly {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  samples: readonly number[];
  timeDeltas: readonly number[];
}

const SAMPLING_US = 200;
const IDLE = '(idle)';
const LINES_MAX = 40;

/**
 * Profiles a Node process by its debugger.
 *
 * @returns what stops it and tells the functions with the largest self time
 */
export async function startProfile(inspector: string): Promise<() => Promise<ProfileLine[]>> {
  const call = await attach(inspector);
  await call('Profiler.enable');
  await call('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await call('Profiler.start');
  return async () => {
    const { profile } = (await call('Profiler.stop')) as { profile: CpuProfile };
    return summarize(profile);
  };
}

type Call = (method: string, params?: object) => Promise<unknown>;

async function attach(inspector: string): Promise<Call> {
  const socket = new WebSocket(inspector);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as { id?: number; result: unknown };
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer.result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  let id = 0;
  return async (method, params = {}) => {
    id += 1;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params }));
    return promise;
  };
}

function summarize({ nodes, samples, timeDeltas }: CpuProfile): ProfileLine[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    if (name === IDLE) continue;
    const time = timeDeltas[index] ?? 0;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  }
  return [...times]
    .map(([name, time]) => ({ function: name, share: time / busy }))
    .sort((a, b) => b.share - a.share)
    .slice(0, LINES_MAX);
}

function nameOf(frame: CpuProfile['nodes'][number]['callFrame']): string {
  const { functionName, url, lineNumber } = frame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const file = url.split('/').slice(-2).join('/');
  return `${name} ${file}:${lineNumber + 1}`;
}
