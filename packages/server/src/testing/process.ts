import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

/** The real process, as `node packages/server/dist/main.js` would start it. */
export const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface EndedProcess {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end, with these variables alone. */
export async function runProcess(
  args: readonly string[],
  {
    cwd,
    env = {},
    input = '',
  }: { cwd: string; env?: Readonly<Record<string, string>>; input?: string },
): Promise<EndedProcess> {
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined).end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, err };
}

export interface StartedProcess {
  readonly process: ChildProcess;
  /** In which it was started; its own. */
  readonly folder: string;
  /** The first address that it told. */
  readonly url: string;
  readonly output: () => string;
}

/** Started in a folder of its own, with these variables alone; waits until it printed `ready`. */
export async function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<StartedProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-process-'));
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const exited = once(child, 'exit').then(() => 'exited' as const);
  await Promise.race([expect.poll(() => text, { timeout: 25_000 }).toMatch(ready), exited]);
  const url = /http:\/\/[\w.[\]:]+/.exec(text)?.[0] ?? '';
  return { process: child, folder, url, output: () => text };
}
