import { randomUUID } from 'node:crypto';
import type { Message } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import type { VisitorActor } from '../actor.ts';
import { createAttachmentQueries } from '../attachment/attachment.queries.ts';
import { insertLooseFiles } from '../attachment/attachment.store.ts';
import { plain, runOne } from '../database/database.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { asInStream, catchUp, load, replay, streamOf } from '../testing/replay.ts';
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

    it('[SYNC-7] files whose time is over are removed, and their messages stay and say so', async () => {
      const world = at.world();
      const [site, keeps] = [await newSite(world), await newSite(world)];
      const agent = await newAgent(world, [{ site }, { site: keeps }]);
      const by = { agentId: agent.agentId, name: 'Ada', address: '::1', at_ms: 1 };
      await world.sites.patchSite(site.id, { settings: { file_retention_days: 30 } }, by);
      const { actor } = await visit(world, site, {});
      const { actor: other } = await visit(world, keeps, {});
      const old = await sendFiles(world, actor, 2);
      const elsewhere = await sendFiles(world, other, 1);
      const id = old.message.conversation_id;
      world.clock.advance(20 * DAY_MS);
      const young = await sendFiles(world, actor, 1);
      await world.retention.sweep();
      expect((await load(world, agent, id)).messages[0]).toMatchObject({
        seq: old.message.seq,
        changed_seq: old.message.seq,
      });

      world.clock.advance(11 * DAY_MS);
      const before = [await load(world, actor, id), await load(world, agent, id)] as const;
      world.broadcast.take();
      await world.retention.sweep();
      const fresh = [await load(world, actor, id), await load(world, agent, id)] as const;
      const [first, second] = fresh[0].messages;
      expect(first).toMatchObject({ text: 'see', edited_at: null, deleted_at: null });
      expect(first?.attachments).toMatchObject([
        { name: 'picture0.png', removed: true },
        { name: 'picture1.png', removed: true },
      ]);
      expect(first?.attachments[0]).not.toHaveProperty('thumbnail_url');
      expect(second?.attachments[0]).not.toHaveProperty('removed');
      // Whoever looks is told, and comes to what a fresh load gives (SYNC-5).
      const told = world.broadcast.take();
      expect(streamOf(told, id, 'agent').map(({ event }) => event)).toEqual(['ChatMessageUpdated']);
      expect(await catchUp(world, actor, id, before[0])).toEqual(fresh[0]);
      expect(await catchUp(world, agent, id, before[1])).toEqual(fresh[1]);
      const heard = replay(asInStream(before[1]), streamOf(told, id, 'agent'), 'agent');
      expect(heard).toEqual(asInStream(fresh[1]));

      // Their contents, thumbnails included, are named for removal, once.
      expect(await looseFiles(world)).toEqual(old.keys);
      const files = createAttachmentQueries(world);
      expect(await files.findFile(old.message.attachments[0]?.id ?? 0)).toBeNull();
      expect(await files.findFile(elsewhere.message.attachments[0]?.id ?? 0)).not.toBeNull();
      await world.retention.sweep();
      expect(world.broadcast.take()).toEqual([]);
      // Erasing takes the rest, and nothing for a second time.
      await world.erase.eraseVisitor({ siteId: site.id, visitorId: actor.visitorId }, by);
      expect(await looseFiles(world)).toEqual([...old.keys, ...young.keys].toSorted());
    });
  });
}

/** Pictures with thumbnails, as they are when their contents lie in the storage. */
async function sendFiles(world: World, visitor: VisitorActor, count: number) {
  const { database, clock } = world;
  const kept = Array.from({ length: count }, (_, n) => ({
    storageKey: randomUUID(),
    name: `picture${n}.png`,
    type: 'image/png',
    size_bytes: 10,
    kind: 'image' as const,
    meta: { width: 4, height: 3, thumbnail: { key: randomUUID(), size_bytes: 5 } },
  }));
  const keys = kept.flatMap(({ storageKey, meta }) => [storageKey, meta.thumbnail.key]).toSorted();
  const until = clock.now_ms() + DAY_MS;
  await database.write(runOne, plain(insertLooseFiles(database.sql, keys, until)));
  const { messageJson } = await world.messages.sendByVisitor(visitor, {
    text: 'see',
    client_message_id: undefined,
    conversation_id: undefined,
    files: { kept, hash: 'x' },
  });
  return { keys, message: JSON.parse(messageJson) as Message };
}

async function looseFiles({ database }: World): Promise<readonly string[]> {
  const query = database.sql.db.selectFrom('loose_files').select('storage_key');
  const rows = await database.query(query.compile());
  return rows.map(({ storage_key }) => storage_key).toSorted();
}

async function namesIn({ database }: World, siteId: number): Promise<readonly (string | null)[]> {
  const query = database.sql.db
    .selectFrom('visitors')
    .select('name')
    .where('site_id', '=', siteId)
    .orderBy('name');
  return (await database.query(query.compile())).map(({ name }) => name);
}
