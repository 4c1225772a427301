import { createRequire } from 'node:module';
import type * as Redis from 'redis';

const require = createRequire(import.meta.url);

/** Some 600 files: a server that stands alone does without them. */
export function redisLibrary(): typeof Redis {
  return require('redis') as typeof Redis;
}
