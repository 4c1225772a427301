import { createServer } from 'node:net';

/** Below the ports that the system gives to connections. */
const FIRST = 20_000;
/** For each of the workers that test side by side. */
const EACH = 1_000;

let next = Math.floor(Math.random() * EACH);

/**
 * A port that nobody listens on, and that no test beside this one is given before a server, which may take
 * a second or two to start, listens there.
 */
export async function freePort(): Promise<number> {
  // Of Playwright, or of Vitest.
  const { TEST_PARALLEL_INDEX, VITEST_POOL_ID } = process.env;
  const worker = Number(TEST_PARALLEL_INDEX ?? VITEST_POOL_ID ?? 0) % 10;
  for (let tried = 0; tried < EACH; tried += 1) {
    next = (next + 1) % EACH;
    const port = FIRST + worker * EACH + next;
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise<unknown>((resolve) => server.close(resolve));
  return listens;
}
