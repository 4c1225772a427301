import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { configFrom } from './config/config.ts';
import { readEnvironment } from './config/environment.ts';
import { openDatabase } from './database/open.ts';
import { runOne, type Database } from './database/database.ts';
import { createProcessLogger } from './process-logger.ts';
import { sizesOf, type SeedWanted } from './seed/plan.ts';
import { seedChunk, seedPeople } from './seed/seed.commands.ts';
import { selectAnyConversation } from './seed/seed.store.ts';
import { createSiteCommands } from './site/site.commands.ts';
import { TRANSACTIONS } from './transactions.ts';

const SEED_USAGE = `Usage: parley seed [options]

Fills the database with conversations that nobody had, to try the dashboard and to measure. Stop the
server first.

  --conversations N   default 200
  --messages N        of all of them together, default 20 times as many
  --seed N            the same number makes the same conversations, default 1
  --force             also where there are conversations already
  --help
`;

/** What the person who typed the command has to mend. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

const OPTIONS = {
  conversations: { type: 'string', default: '200' },
  messages: { type: 'string' },
  seed: { type: 'string', default: '1' },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Messages of one transaction, about. */
const CHUNK_MESSAGES = 4_000;
const CONVERSATIONS_MAX = 1_000_000;
const MESSAGES_MAX = 100_000_000;

/** @throws SeedError for what the person has to mend */
export async function runSeed(args: readonly string[]): Promise<void> {
  const { values } = parsed(args);
  if (values.help) {
    process.stdout.write(SEED_USAGE);
    return;
  }
  const conversations = numberOf('conversations', values.conversations, CONVERSATIONS_MAX);
  const messages = numberOf('messages', values.messages ?? `${20 * conversations}`, MESSAGES_MAX);
  if (messages < conversations) throw new SeedError('A conversation has a message at least');
  const wanted = { conversations, messages, seed: numberOf('seed', values.seed, 2 ** 31) };
  const config = configFrom(readEnvironment(process.cwd(), process.env));
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const database = await openDatabase({
    url: config.databaseUrl?.reveal(),
    file: join(config.dataDir, 'parley.sqlite'),
    transactions: TRANSACTIONS,
    isShared: false,
    logger: createProcessLogger(config.logLevel),
  });
  try {
    const [any] = await database.query(selectAnyConversation(database.sql));
    if (any !== undefined && !values.force) {
      throw new SeedError('There are conversations already. With --force, more are added.');
    }
    await seed(database, wanted, config.first.siteToken);
  } finally {
    await database.close();
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true });
  } catch (error) {
    throw new SeedError(`${(error as Error).message}\n\n${SEED_USAGE}`);
  }
}

function numberOf(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw new SeedError(`--${name} must be a whole number from 1 to ${max}`);
}

async function seed(database: Database, wanted: SeedWanted, token: string | undefined) {
  const clock = { now_ms: () => Date.now() };
  const random = { token: () => randomBytes(32).toString('base64url') };
  const sites = createSiteCommands({ database, clock, random });
  const { site } = await sites.ensureFirstSite({ token, name: 'My site' });
  const now_ms = clock.now_ms();
  const people = await database.write(seedPeople, { siteId: site.id, now_ms });
  const sizes = sizesOf(wanted);
  let written = 0;
  let told = 0;
  for (let first = 0; first < sizes.length;) {
    const chunk = nextChunk(sizes, first);
    written += await database.write(seedChunk, {
      ...people,
      wanted,
      siteId: site.id,
      now_ms,
      first,
      sizes: chunk,
    });
    first += chunk.length;
    const percent = Math.floor((100 * written) / wanted.messages);
    if (percent >= told + 5) process.stdout.write(`${(told = percent)} % `);
  }
  // What the planner knows comes by itself later; not so for who measures at once.
  if (database.sql.dialect === 'postgres') {
    await database.write(runOne, { sql: 'analyze', parameters: [] });
  }
  const seconds = ((clock.now_ms() - now_ms) / 1_000).toFixed(0);
  process.stdout.write(`\n${sizes.length} conversations, ${written} messages in ${seconds} s\n`);
}

function nextChunk(sizes: readonly number[], first: number): number[] {
  const chunk: number[] = [];
  let messages = 0;
  for (const size of sizes.slice(first, first + 200)) {
    chunk.push(size);
    messages += size;
    if (messages >= CHUNK_MESSAGES) break;
  }
  return chunk;
}
