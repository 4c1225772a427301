import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

/** The real process, as `node packages/server/dist/main.js` would start it. */
export const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

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
