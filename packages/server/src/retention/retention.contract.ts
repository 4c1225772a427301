import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, indexAll, newAgent, newSite, say, visit, type World } from '../testing/world.ts';

const DAY_MS = 24 * 60 * 60_000;

export function retentionContract(make: MakeDatabases): void {
  describe('what a site does not keep for ever', () => {
    const at = withWorld(make);

    it('[SEC-6] resolved conversations at rest go, with words and visitors; nothing else does', async () => {
      const world = at.world();
      const [site, keeps] = [await newSite(world), await newSite(world)];
      const agent = await newAgent(world, [{ site }, { site: keeps }]);
      const by = { agentId: agent.agentId, name: 'Ada', address: '::1', at_ms: 1 };
      await world.sites.patchSite(site.id, { settings: { retention_days: 30 } }, by);
      const talk = async (where: typeof site, word: string, isResolved: boolean) => {
        const { actor } = await visit(world, where, { name: word });
        const { message } = await say(world, actor, `about ${word}`);
        const id = message.conversation_id;
        await answer(world, agent, id, `${word} indeed`);
        const patch = { status: 'resolved' as const };
        if (isResolved) await world.conversations.patch(agent, id, patch);
        return { actor, id };
      };
      // More than one batch.
      const old = [];
      for (let n = 0; n < 25; n += 1) old.push(await talk(site, `amsel${n}`, true));
      const open = await talk(site, 'meise', false);
      const elsewhere = await talk(keeps, 'fink', true);
      await visit(world, site, { name: 'who only looked' });
      const back = await talk(site, 'star', true);
      await indexAll(world);

      world.clock.advance(29 * DAY_MS);
      await world.retention.sweep();
      expect(await namesIn(world, site.id)).toHaveLength(28);
      world.clock.advance(2 * DAY_MS);
      const recent = await talk(site, 'kuckuck', true);
      await say(world, back.actor, 'I am back');
      await world.retention.sweep();

      expect(await namesIn(world, site.id)).toEqual(['kuckuck', 'meise', 'star']);
      expect(await namesIn(world, keeps.id)).toEqual(['fink']);
      const isThere = async (id: number) => (await world.conversations.entry(agent, id)) !== null;
      // Who is back has a new one.
      for (const { id } of [...old, back]) expect(await isThere(id)).toBe(false);
      for (const { id } of [open, elsewhere, recent]) expect(await isThere(id)).toBe(true);
      const found = await world.search.search(agent, { q: 'amsel3' });
      expect([...found.messages, ...found.conversations]).toEqual([]);
      expect((await world.search.search(agent, { q: 'meise' })).messages).not.toEqual([]);
    });
  });
}

async function namesIn({ database }: World, siteId: number): Promise<readonly (string | null)[]> {
  const query = database.sql.db
    .selectFrom('visitors')
    .select('name')
    .where('site_id', '=', siteId)
    .orderBy('name');
  return (await database.query(query.compile())).map(({ name }) => name);
}
