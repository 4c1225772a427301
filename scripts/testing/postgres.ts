// One PostgreSQL for a whole Vitest run. A test asks for it by `inject('postgresUrl')` and creates
// its own database inside.
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An address with the right to create databases, or null where PostgreSQL did not start. */
    postgresUrl: string | null;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const cluster = await startPostgres();
    project.provide('postgresUrl', cluster.url);
    return () => cluster.stop();
  } catch (error) {
    const reason = `PostgreSQL did not start: ${String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.error(`\n!!! ${reason}\n!!! Every test on PostgreSQL is SKIPPED.\n`);
    project.provide('postgresUrl', null);
    return undefined;
  }
}
