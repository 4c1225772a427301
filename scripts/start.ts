// `npm start`: builds what is missing or out of date, then becomes the server.
import { spawn } from 'node:child_process';
import { buildOrExit } from './lib/build.ts';
import { serverEntry } from './lib/paths.ts';

await buildOrExit();
const argv = [serverEntry, ...process.argv.slice(3)];

if (process.platform === 'win32') {
  const server = spawn(process.execPath, argv, { stdio: 'inherit' });
  server.once('exit', (code) => process.exit(code ?? 1));
} else {
  // The same process goes on as the server: signals, exit code and terminal need no passing on.
  process.execve?.(process.execPath, [process.execPath, ...argv], process.env);
}
