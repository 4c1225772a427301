import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, codeOf, newAgent, newSite, newVisitor, say } from '../testing/world.ts';

/** What the visitor thinks of it. */
export function ratingContract(make: MakeDatabases): void {
  describe('ratings', () => {
    const at = withWorld(make);

    it('[SYNC-7] a rating is of a resolved conversation, takes a place in both streams, and may be changed', async () => {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const visitor = await newVisitor(world, site);
      const { message } = await say(world, visitor, 'Hello');
      const id = message.conversation_id;
      await answer(world, agent, id, 'Hi');
      const rate = (score: number, comment: string | null = null, who = visitor) =>
        world.conversations.rateByVisitor(who, id, { score, comment });
      expect(await codeOf(rate(5))).toBe('not_resolved');
      const stranger = await newVisitor(world, site);
      await world.conversations.patch(agent, id, { status: 'resolved' });
      expect(await codeOf(rate(1, null, stranger))).toBe('not_found');

      world.broadcast.take();
      const rated = await rate(4, 'Quick <b>help</b>');
      const events = world.broadcast.take();
      expect(events.map(({ event }) => event)).toEqual([
        'ChatConversationUpdated',
        'ChatConversationUpdated',
        'ChatInboxUpdated',
      ]);
      const rating = { score: 4, comment: 'Quick <b>help</b>' };
      expect(events[0]?.data).toMatchObject({ rating, seq: rated.head });
      expect(events[1]?.data).toMatchObject({ rating });
      // The same again is no news.
      expect(await rate(4, 'Quick <b>help</b>')).toEqual(rated);
      expect(world.broadcast.take()).toEqual([]);
      expect((await rate(5)).head).toBe(rated.head + 1);
      expect((await world.conversations.entry(agent, id))?.rating).toEqual({
        score: 5,
        comment: null,
      });

      // Reopened, what was said stays said; an open one is not rated.
      await say(world, visitor, 'One more thing');
      expect(await codeOf(rate(1))).toBe('not_resolved');
      expect((await world.conversations.entry(agent, id))?.rating?.score).toBe(5);
    });
  });
}
