import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A name in the kernel, not in the file system: it is free again as soon as its process is gone. */
const NAME = '\0parley-bench';

/** Two benches at once would measure each other. Waits until this one is alone, and stays so. */
export async function waitForTurn(): Promise<void> {
  for (let tries = 0; !(await take()); tries += 1) {
    if (tries === 0) console.error('waiting for another bench on this machine to end …');
    await sleep(1_000);
  }
}

async function take(): Promise<boolean> {
  const server = createServer().unref();
  try {
    server.listen(NAME);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}
