// One Redis for a whole Vitest run, by `inject('redisUrl')`; each test takes a prefix of its own.
// Whoever wants to stop it takes `inject('redisServer')` and starts a private one.
import type { TestProject } from 'vitest/node';
import { findRedisServer, startRedis } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An address, or null where Redis is not to be had. */
    redisUrl: string | null;
    /** The path of `redis-server`, or null. */
    redisServer: string | null;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const executable = findRedisServer();
    const redis = await startRedis(executable);
    project.provide('redisServer', executable);
    project.provide('redisUrl', redis.url);
    return async () => redis.stop();
  } catch (error) {
    const reason = `Redis did not start: ${String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.error(`\n!!! ${reason}\n!!! Every test on Redis is SKIPPED.\n`);
    project.provide('redisServer', null);
    project.provide('redisUrl', null);
    return undefined;
  }
}
