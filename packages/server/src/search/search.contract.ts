import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { indexMessages, settleIndex } from './search.commands.ts';
import {
  answer,
  indexAll,
  joinSite,
  newAgent,
  newSite,
  newVisitor,
  say,
  visit,
} from '../testing/world.ts';

/** What agents find, in their sites, by words of messages and by names and addresses. */
export function searchContract(make: MakeDatabases): void {
  describe('search', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const find = async (q: string, query = {}) => {
        await indexAll(world);
        return world.search.search(agent, { q, ...query });
      };
      const texts = async (q: string) => (await find(q)).messages.map(({ excerpt }) => excerpt);
      return { world, site, agent, find, texts };
    }

    it('finds all words, the last one unfinished, in any language, newest first, with the places', async () => {
      const { world, site, agent, find, texts } = await scene();
      const visitor = await newVisitor(world, site);
      const { message } = await say(world, visitor, 'Wo ist meine Größentabelle?');
      await say(world, visitor, '東京タワーへ行きたい');
      await say(world, visitor, 'Größe 42, grün');
      await answer(world, agent, message.conversation_id, 'a note on the GROSSE order', {
        private: true,
      });
      expect(await texts('grosse')).toEqual([
        'a note on the GROSSE order',
        'Größe 42, grün',
        'Wo ist meine Größentabelle?',
      ]);
      expect(await texts('grun grosse')).toEqual(['Größe 42, grün']);
      expect(await texts('タワー')).toEqual(['東京タワーへ行きたい']);
      expect(await texts('京都')).toEqual([]);
      const { messages, conversations } = await find('größe ');
      const found = messages.find(({ excerpt }) => excerpt.startsWith('Größe 42'));
      expect(found).toMatchObject({
        conversation_id: message.conversation_id,
        seq: 3,
        sender_type: 'visitor',
        private: false,
        highlights: [[0, 5]],
      });
      expect(conversations.map(({ id }) => id)).toEqual([message.conversation_id]);
    });

    it('what was edited or deleted is not found from that moment, though it was never indexed', async () => {
      const { world, site, texts } = await scene();
      const visitor = await newVisitor(world, site);
      const { message: first } = await say(world, visitor, 'my card is 4111');
      expect(await texts('card')).toHaveLength(1);
      await world.messages.editByVisitor(visitor, first.id, 'never mind, thanks');
      expect(await texts('card')).toEqual([]);
      expect(await texts('mind')).toEqual(['never mind, thanks']);
      await world.messages.deleteByVisitor(visitor, first.id);
      expect(await texts('mind')).toEqual([]);
      const { message: second } = await say(world, visitor, 'another card');
      await world.messages.editByVisitor(visitor, second.id, 'another word');
      expect(await texts('card')).toEqual([]);
      expect(await texts('word')).toEqual(['another word']);
    });

    it('[SYNC-3] what is committed behind what was looked at is found later, and not looked for for ever', async () => {
      const { world, site } = await scene();
      const { database, clock } = world;
      const visitor = await newVisitor(world, site);
      await indexAll(world);
      const { message: late } = await say(world, visitor, 'committed late');
      const { message: newest } = await say(world, visitor, 'committed early');
      // As if the older one had not been there yet when the newer was indexed.
      const batch = await database.write(indexMessages, { after: late.id, limit: 10 });
      expect(batch).toEqual({ upTo: newest.id, more: false });
      const agent = await newAgent(world, [{ site }]);
      const found = async () => (await world.search.search(agent, { q: 'late' })).messages.length;
      const settle = () => {
        const now_ms = clock.now_ms();
        return database.write(settleIndex, { upTo: newest.id, limit: 10, now_ms });
      };
      expect(await found()).toBe(0);
      expect(await settle()).toBe(false);
      // SQLite commits in the order of the ids: there is nothing to look for.
      const isLate = database.sql.dialect === 'postgres';
      expect(await found()).toBe(isLate ? 1 : 0);
      clock.advance(3_600_000);
      await settle();
      const next = await database.write(indexMessages, { after: null, limit: 10 });
      expect(next).toEqual({ upTo: newest.id, more: false });
    });

    it('finds people by name, address and number of the conversation, as they are called now', async () => {
      const { world, site, find } = await scene();
      const { actor, visitor_token } = await visit(world, site, { name: 'Zoë Weber' });
      const { message } = await say(world, actor, 'hello');
      const id = message.conversation_id;
      expect(await find('zoe web')).toMatchObject({ people: [id], messages: [] });
      expect(await find(`#${id}`)).toMatchObject({ people: [id] });
      await visit(world, site, {
        visitorToken: visitor_token,
        name: 'Jane',
        email: 'jane@weber.example',
      });
      expect(await find('zoe')).toMatchObject({ people: [] });
      expect(await find('jane@weber.ex')).toMatchObject({ people: [id] });
    });

    it('[SEC-1] finds nothing of other sites, whatever the index says', async () => {
      const { world, site, agent, find, texts } = await scene();
      const other = await newSite(world);
      const { actor } = await visit(world, other, { name: 'Secretive' });
      const { message } = await say(world, actor, 'a secret of another site');
      await say(world, await newVisitor(world, site), 'no secret');
      expect(await texts('secret')).toEqual(['no secret']);
      for (const q of ['secretive', `#${message.conversation_id}`]) {
        expect(await find(q)).toMatchObject({ people: [], messages: [], conversations: [] });
      }
      expect(await find('secret', { site: other.id })).toMatchObject({ messages: [] });
      const both = await joinSite(world, agent, other, 'agent');
      const all = await world.search.search(both, { q: 'secret' });
      expect(all.messages).toHaveLength(2);
      expect(all.people).toEqual([message.conversation_id]);
    });

    it('goes on page by page, each message once; any question is answered', async () => {
      const { world, site, find } = await scene();
      const visitor = await newVisitor(world, site);
      for (let n = 0; n < 7; n += 1) await say(world, visitor, `needle ${n}`);
      const seen: string[] = [];
      let cursor: number | null = null;
      do {
        const page = await find('needle', { limit: 3, ...(cursor !== null && { cursor }) });
        seen.push(...page.messages.map(({ excerpt }) => excerpt));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `needle ${n}`));
      const hostile = [
        '"',
        "'); drop table messages; --",
        'a* OR b NEAR(c)',
        ':* & | !',
        '\\',
        '😀',
      ];
      for (const q of [...hostile, 'needle AND NOT', 'x '.repeat(100)]) {
        expect(await find(q)).toMatchObject({ messages: [] });
      }
    });
  });
}
