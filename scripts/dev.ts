// `npm run dev`: the server from its sources, restarted on a change; widget and dashboard rebuilt.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, build } from './lib/build.ts';
import { root } from './lib/paths.ts';
import { toolEnv } from './lib/process.ts';

try {
  await build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  // Said, and that is all: it is what the next change is about to mend.
  console.error(error.message);
}
const children = [
  watch('packages/widget'),
  watch('packages/dashboard'),
  start(
    '.',
    'node --watch --watch-preserve-output --conditions=source packages/server/src/main.ts',
  ),
];

let ending = false;
for (const child of children) child.once('exit', (code) => end(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(0));

function watch(folder: string): ChildProcess {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    scripts?: { watch?: string };
  };
  return start(folder, manifest.scripts?.watch ?? 'vite build --watch --logLevel warn');
}

/** In a process group of its own, so that what the shell starts ends with it. */
function start(folder: string, command: string): ChildProcess {
  return spawn(command, {
    shell: true,
    cwd: join(root, folder),
    env: toolEnv,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
}

/** One that ends takes the others along: half a development server misleads. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children) stop(child);
}

function stop(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (process.platform === 'win32') child.kill();
  else process.kill(-child.pid, 'SIGTERM');
}
