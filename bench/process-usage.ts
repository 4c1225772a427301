import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it started, as far as they live. */
export function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readOfThread(pid, task, 'children')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

export interface CpuTime {
  /** User and system time of all threads, in nanoseconds. */
  used_ns: number;
  /** They could have run, and something else did. Long on a machine that does other work as well. */
  waited_ns: number;
}

/** Exact, where `/proc/PID/stat` counts in hundredths of a second. */
export function cpuTime(pids: readonly number[]): CpuTime {
  const time = { used_ns: 0, waited_ns: 0 };
  for (const pid of pids) {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const [used, waited] = readOfThread(pid, task, 'schedstat').split(' ');
      time.used_ns += Number(used ?? 0);
      time.waited_ns += Number(waited ?? 0);
    }
  }
  return time;
}

/** Empty for a thread that ended since it was listed. */
function readOfThread(pid: number, task: string, file: string): string {
  try {
    return read(`/proc/${pid}/task/${task}/${file}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}

/** Resident memory of these processes in bytes; pages that they share count for each. */
export function residentBytes(pids: readonly number[]): number {
  return sumOf(pids.map((pid) => kilobytes(`/proc/${pid}/status`, 'VmRSS')));
}

/**
 * What the kernel holds for sockets and the like, of the whole machine, in bytes: slabs, and the
 * buffers of TCP. Both ends of a connection are on this machine, so a connection counts twice.
 */
export function kernelBytes(): number {
  const [, tcpPages = '0'] = /^TCP:.* mem (\d+)$/m.exec(read('/proc/net/sockstat')) ?? [];
  return kilobytes('/proc/meminfo', 'Slab') + Number(tcpPages) * 4096;
}

/** How often the whole machine had no room for a connection that nobody had accepted yet. */
export function listenOverflows(): number {
  const [names = '', values = ''] = read('/proc/net/netstat').split('\n');
  return Number(values.split(' ')[names.split(' ').indexOf('ListenOverflows')]);
}

/** The limit up to which a process may raise its open files by itself. */
export function openFilesMax(): number {
  const [, hard = '0'] = /^Max open files +\S+ +(\S+)/m.exec(read('/proc/self/limits')) ?? [];
  return hard === 'unlimited' ? Infinity : Number(hard);
}

function kilobytes(file: string, field: string): number {
  const [, value] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(file)) ?? [];
  if (value === undefined) throw new Error(`${file} has no ${field}`);
  return Number(value) * 1024;
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
