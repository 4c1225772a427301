import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree } from '../process-usage.ts';

const START_MAX_MS = 60_000;
const ANNOUNCED = /Debugger listening on (ws:\/\/\S+)/g;

export interface Command {
  name: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  port: number;
  /** Of the server, with what it starts itself. */
  processes: number;
}

/** A server that runs until it is stopped, or until this process is gone, however it went. */
export interface Launched {
  pids: readonly number[];
  port: number;
  /** Address of its debugger, where it was started with one. */
  inspector: string | null;
  /** Where it keeps its data, if it keeps any. */
  dataDir: string | null;
  /** The end of what it printed to its standard error. */
  printed(): string;
  stop(): Promise<void>;
  /** The same once more, on the same port and folder, after it was stopped. */
  again(): Promise<Launched>;
}

/** Runs on the CPU given, and ends when we end: the kernel sees to it. */
export function pinned(cpu: number, command: string, args: readonly string[]): string[] {
  return ['setpriv', '--pdeathsig', 'TERM', 'taskset', '-c', String(cpu), command, ...args];
}

/** @throws Error with what it printed, where it does not listen in time */
export async function launch(cpu: number, command: Command): Promise<Launched> {
  const [file = '', ...args] = pinned(cpu, command.name, command.args);
  const child = spawn(file, args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-4_000);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} cannot be started`);
  const deadline = performance.now() + START_MAX_MS;
  let pids: number[] = [];
  while (pids.length < command.processes || !(await listens(command.port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${command.name} ${command.args.join(' ')} does not listen: ${printed}`);
    }
    await sleep(20);
    pids = processTree(pid);
  }
  // A server that begins anew announces it twice.
  const [, inspector = null] = [...printed.matchAll(ANNOUNCED)].at(-1) ?? [];
  return {
    pids,
    port: command.port,
    inspector,
    dataDir: command.env['DATA_DIR'] ?? null,
    printed: () => printed,
    stop: () => stop(child),
    again: () => launch(cpu, command),
  };
}

/** By SIGTERM, which ends also the workers of nginx at once; by force where that is ignored. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(force);
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
