import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface StartedPackage {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts what was installed, on a port that the system chooses, and waits until it says where it is. */
export async function startPackage(
  argv: readonly string[],
  folder: string,
): Promise<StartedPackage> {
  const child = spawn(process.execPath, argv, {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    port: await portOf(child),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
  };
}

function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    const port = /Test page: http:\/\/[^:]+:(\d+)/.exec(text)?.[1];
    if (port !== undefined) resolve(Number(port));
  });
  child.once('exit', () => reject(new Error(`It ended before it was up:\n${text}`)));
  return promise;
}
