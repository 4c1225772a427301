import { runOne } from '../database/database.ts';
import { sizesOf, type SeedWanted } from '../seed/plan.ts';
import { seedChunk, seedPeople } from '../seed/seed.commands.ts';
import { hasConversations } from '../seed/seed.queries.ts';
import { createSiteCommands } from '../site/site.commands.ts';
import { CommandError, type Given, UsageError } from './command.ts';
import { configHere, type Parts, withDatabase } from './settings.ts';

/** Messages of one transaction, about. */
const CHUNK_MESSAGES = 4_000;
const CONVERSATIONS_MAX = 1_000_000;
const MESSAGES_MAX = 100_000_000;

/** @throws CommandError for what the person has to mend */
export async function seed(given: Given): Promise<void> {
  const number = (name: string, fallback: number, max: number): number =>
    numberOf(name, given.text(name) ?? String(fallback), max);
  const conversations = number('conversations', 200, CONVERSATIONS_MAX);
  const messages = number('messages', 20 * conversations, MESSAGES_MAX);
  if (messages < conversations) throw new CommandError('A conversation has a message at least.');
  const wanted = { conversations, messages, seed: number('seed', 1, 2 ** 31) };
  const config = configHere();
  await withDatabase(config, async (parts) => {
    const { database } = parts;
    if ((await hasConversations(database)) && !given.isOn('force')) {
      throw new CommandError('There are conversations already. With --force, more are added.');
    }
    await fill(parts, wanted, config.first.siteToken);
  });
}

function numberOf(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw new UsageError(`parley seed: --${name} must be a whole number from 1 to ${max}.`);
}

async function fill(parts: Parts, wanted: SeedWanted, token: string | undefined) {
  const { database, clock } = parts;
  const sites = createSiteCommands(parts);
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
