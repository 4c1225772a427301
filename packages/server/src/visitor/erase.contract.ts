import { sql as raw } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { By } from '../audit/audit.ts';
import { createTranscriptCommands } from '../mail/transcript.commands.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { createWebhook } from '../webhook/webhook.commands.ts';
import { withWorld } from '../testing/with-world.ts';
import {
  answer,
  createWorld,
  indexAll,
  newAgent,
  newSite,
  say,
  visit,
  type World,
} from '../testing/world.ts';

/** In all that the visitor says and is; in letters alone, as search keeps words. */
const CANARY = 'kanarienvogel';
const OTHERS = 'rotkehlchen';

/** What one person may ask for: that nothing is left. */
export function eraseContract(make: MakeDatabases): void {
  describe('erasing a visitor', () => {
    const at = withWorld(make);

    it('leaves nothing in any table: words that are searched and what waits to be delivered included', async () => {
      // With a provider that is published to later, and mail.
      const world = createWorld(at.world().database, ['pusher'], true);
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site, role: 'owner' }]);
      const by: By = { agentId: agent.agentId, name: 'Ada', address: '::1', at_ms: 1 };
      await world.database.write(createWebhook, {
        actor: agent,
        request: { site_id: site.id, url: 'https://hooks.invalid/', events: ['message.created'] },
        secret: '',
        by,
      });
      const talk = async (word: string) => {
        const details = { name: word, email: `${word}@x.example` };
        const page = { url: `https://x.example/${word}`, title: word, referrer: '' };
        const visitor = await visit(world, site, { ...details, page, attributes: { bird: word } });
        const { message } = await say(world, visitor.actor, `I am the ${word}`);
        const id = message.conversation_id;
        await answer(world, agent, id, `Hello ${word}`);
        await answer(world, agent, id, `The ${word} again`, { private: true });
        const { database, clock } = world;
        const mail = { database, clock, limits: null, onJob: () => undefined };
        await createTranscriptCommands(mail).sendTranscript(visitor.actor, id, null);
        return { ...visitor, id };
      };
      const [gone, stays] = [await talk(CANARY), await talk(OTHERS)];
      await indexAll(world);
      const before = await tablesWith(world);
      expect(before.get(CANARY)).toEqual(before.get(OTHERS));
      expect(before.get(CANARY)).toEqual(
        expect.arrayContaining(['jobs', 'messages', 'visitors', 'webhook_deliveries']),
      );
      world.broadcast.take();

      const erase = () => world.erase.eraseVisitor(gone.actor, by);
      // Of another site it is not there.
      const foreign = { ...gone.actor, siteId: (await newSite(world)).id };
      expect(await world.erase.eraseVisitor(foreign, by)).toBe(false);
      expect(await erase()).toBe(true);
      expect(await erase()).toBe(false);
      const after = await tablesWith(world);
      expect(after.get(CANARY)).toEqual([]);
      // Who watches is told once more, without a name.
      expect(JSON.stringify(world.broadcast.published)).not.toContain(CANARY);
      expect(world.broadcast.published.map(({ event, data }) => [event, data])).toContainEqual([
        'ChatConversationUpdated',
        expect.objectContaining({ conversation_id: gone.id, status: 'resolved' }),
      ]);
      expect(after.get(OTHERS)).toEqual(before.get(OTHERS));
      expect(await world.visitors.findVisitor(stays.actor)).not.toBeNull();
      const found = await world.search.search(agent, { q: CANARY });
      expect([...found.messages, ...found.conversations]).toEqual([]);
    });
  });
}

/** In which tables each of the words stands. */
async function tablesWith({ database }: World): Promise<ReadonlyMap<string, string[]>> {
  const { sql } = database;
  const tables =
    sql.dialect === 'postgres'
      ? raw<{ name: string }>`select table_name as name from information_schema.tables
          where table_schema = 'public'`
      : raw<{ name: string }>`select name from sqlite_master where type = 'table'`;
  const found = new Map<string, string[]>([CANARY, OTHERS].map((word) => [word, []]));
  for (const { name } of await database.query(tables.compile(sql.db))) {
    const rows = await database.query(raw`select * from ${raw.table(name)}`.compile(sql.db));
    const text = JSON.stringify(rows);
    for (const [word, names] of found) if (text.includes(word)) names.push(name);
  }
  for (const names of found.values()) names.sort();
  return found;
}
