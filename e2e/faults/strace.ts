// System calls of a running server that fail or take long: by strace, where it is there.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** How SQLite asks for its writes to be on the disk. */
const syncs = 'fdatasync,fsync';

export function straceMissing(): string | null {
  return spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not installed';
}

/**
 * Does this to every flush of the process, from now on.
 * @param injection as strace writes it: `error=EIO`, `delay_exit=20000`
 */
export async function injectIntoSyncs(
  pid: number,
  injection: string,
): Promise<{ stop(): Promise<void> }> {
  const argv = [
    '-f',
    '-p',
    String(pid),
    '-e',
    `trace=${syncs}`,
    '-e',
    `inject=${syncs}:${injection}`,
  ];
  const strace = spawn('strace', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(strace, 'exit');
  await attached(strace);
  return {
    async stop() {
      // It lets go of the process; or that one has ended, and strace with it.
      if (strace.exitCode === null && strace.kill('SIGTERM')) await ended;
    },
  };
}

async function attached(strace: ChildProcess): Promise<void> {
  const { stderr } = strace;
  if (stderr === null) throw new Error('strace has no output');
  let told = '';
  await new Promise<void>((resolve, reject) => {
    strace.once('exit', () => reject(new Error(`strace does not attach:\n${told}`)));
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      told = (told + chunk).slice(-1000);
      if (/attached/.test(told)) resolve();
    });
  });
}
