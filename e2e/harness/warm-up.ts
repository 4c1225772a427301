import { mkdirSync, readdirSync } from 'node:fs';
import { startPostgres } from '../../scripts/testing/postgres-cluster.ts';
import { compiledDir, startServer } from './server.ts';

const POSTGRES = 'STORIES_POSTGRES_URL';

/** Before the first story. */
// oxlint-disable-next-line import/no-default-export -- Playwright takes nothing else
export default async function warmUp(): Promise<(() => Promise<void>) | undefined> {
  await compileOnce();
  try {
    const postgres = await startPostgres();
    // The only way to the processes of the stories.
    process.env[POSTGRES] = postgres.url;
    return () => postgres.stop();
  } catch (error) {
    const reason = `PostgreSQL did not start: ${String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.error(`\n!!! ${reason}\n!!! Stories that ask for it fail, all others are on SQLite.\n`);
    return undefined;
  }
}

/** The one of all stories, each of which has databases of its own in it; null where there is none. */
export const postgresOfStories = (): string | null => process.env[POSTGRES] ?? null;

/**
 * A server that ends by itself leaves behind what it compiled, and each of the hundred that follow starts
 * a seventh sooner. Those that are killed leave nothing.
 */
async function compileOnce(): Promise<void> {
  mkdirSync(compiledDir, { recursive: true });
  const kept = readdirSync(compiledDir, { recursive: true, withFileTypes: true });
  if (kept.some((entry) => entry.isFile())) return;
  const server = await startServer();
  await server.kill('SIGTERM');
  await server.dispose();
}
