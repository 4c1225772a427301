// `npm run dev`: the server from its sources, restarted on a change; widget and dashboard rebuilt.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOrExit } from './lib/build.ts';
import { root } from './lib/paths.ts';
import { toolEnv } from './lib/process.ts';

await buildOrExit();
const children = [
  watch('packages/widget', watchCommand('packages/widget')),
  watch('packages/dashboard', watchCommand('packages/dashboard')),
  watch(
    '.',
    'node --watch --watch-preserve-output --conditions=source packages/server/src/main.ts',
  ),
];

let ending = false;
for (const child of children) child.once('exit', (code) => end(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(0));

function watch(folder: string, command: string): ChildProcess {
  return spawn(command, { shell: true, cwd: join(root, folder), env: toolEnv, stdio: 'inherit' });
}

function watchCommand(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    scripts?: { watch?: string };
  };
  return manifest.scripts?.watch ?? 'vite build --watch --logLevel warn';
}

/** One that ends takes the others along: half a development server misleads. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children) child.kill();
}
