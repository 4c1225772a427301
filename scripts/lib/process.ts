import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { root } from './paths.ts';

/** The tools of this project first, and the Node that runs this before any other on the system. */
export const toolEnv: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [dirname(process.execPath), join(root, 'node_modules/.bin'), process.env['PATH']].join(
    delimiter,
  ),
};

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly ms: number;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where the output goes: kept for later, or straight to the terminal. */
  readonly output?: 'keep' | 'terminal';
}

/** Runs a shell command line. Never throws for an exit code: the caller decides what it means. */
export async function run(command: string, options: RunOptions = {}): Promise<Outcome> {
  const startedAt = performance.now();
  const child = spawn(command, {
    shell: true,
    cwd: options.cwd ?? root,
    env: { ...toolEnv, ...options.env },
    stdio: options.output === 'terminal' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve(exitCode ?? (signal === null ? 1 : 130)));
  });
  return { code, output: chunks.join(''), ms: performance.now() - startedAt };
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
