import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Work } from '../work.ts';
import { Api } from './api.ts';
import type { Report } from './main.ts';
import { beginVisitors, type TalkingVisitor } from './visitors.ts';

const ASK_EVERY_MS = 2;
const WARM_UP_MS = 1_000;

/**
 * Another process begins to write to the database file, and stays at it. Somebody asks for what
 * needs no database all the while: how long the longest answer took is how long the server's event
 * loop stood still, and more. Visitors write meanwhile: answered when the file is free again.
 */
export async function measureHeldFile(
  job: Job,
  { senders, held_ms }: Extract<Work, { type: 'held-file' }>,
  report: Report,
): Promise<void> {
  if (job.dataDir === null) throw new Error('This server has no database file');
  const file = join(job.dataDir, 'parley.sqlite');
  const api = new Api(job.port, senders);
  const visitors = await beginVisitors(api, senders, senders);
  const asker = new Asker(new Api(job.port, 1), await beginVisitors(api, 1, 1));
  await asker.during(sleep(WARM_UP_MS));
  const quiet = asker.take();
  const writes = visitors.map((visitor) => sendWhile(api, visitor, held_ms));
  await asker.during(holdFile(file, held_ms));
  const held = asker.take();
  const waits = (await Promise.all(writes)).sort((a, b) => a - b);
  const longest = held.at(-1) ?? Number.NaN;
  report({
    row: 'held-file',
    value: longest * 1e6,
    also: {
      asked: held.length,
      'p50 ms': held[Math.floor(held.length / 2)] ?? Number.NaN,
      'longest before ms': quiet.at(-1) ?? Number.NaN,
      'messages that waited': waits.length,
      'longest wait ms': waits.at(-1) ?? Number.NaN,
    },
    profile: null,
  });
  asker.close();
  api.close();
}

/** As another program would. */
async function holdFile(file: string, held_ms: number): Promise<void> {
  const other = new DatabaseSync(file);
  try {
    other.exec('PRAGMA busy_timeout = 5000');
    other.exec('BEGIN IMMEDIATE');
    await sleep(held_ms);
    other.exec('ROLLBACK');
  } finally {
    other.close();
  }
}

/** @returns after how many milliseconds it was acknowledged */
async function sendWhile(api: Api, { token }: TalkingVisitor, held_ms: number): Promise<number> {
  // When the file is held for certain, and long before it is free again.
  await sleep(held_ms / 3);
  const began = performance.now();
  await api.post('/api/chatbot/message', token, { text: 'Is anybody there?' });
  return performance.now() - began;
}

/** Asks for what is in memory, again and again. */
class Asker {
  readonly #api: Api;
  readonly #headers: { authorization: string };
  #latencies_ms: number[] = [];

  constructor(api: Api, [visitor]: readonly TalkingVisitor[]) {
    this.#api = api;
    this.#headers = { authorization: `Bearer ${visitor?.token ?? ''}` };
  }

  async during(what: Promise<void>): Promise<void> {
    const done = what.then(() => 'done' as const);
    do {
      const began = performance.now();
      await this.#api.call('GET', '/api/chatbot/updates', this.#headers);
      this.#latencies_ms.push(performance.now() - began);
    } while ((await Promise.race([done, sleep(ASK_EVERY_MS)])) !== 'done');
  }

  /** Latencies in milliseconds since the last time, the shortest first. */
  take(): readonly number[] {
    const taken = this.#latencies_ms.sort((a, b) => a - b);
    this.#latencies_ms = [];
    return taken;
  }

  close(): void {
    this.#api.close();
  }
}
