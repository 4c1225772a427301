import { LIMITS } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, codeOf, joinSite, newAgent, newSite, say, visit } from '../testing/world.ts';

/** What agents see of a visitor, and blocking. */
export function visitorDetailsContract(make: MakeDatabases): void {
  describe('visitors, as agents see them', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const { actor, visitor_token: visitorToken } = await visit(world, site, {
        locale: 'pt',
        timeZone: 'Europe/Lisbon',
        userAgent: `Mozilla/5.0 ${'x'.repeat(1_000)}`,
        page: { url: 'https://a.example/1', title: 'One', referrer: 'https://search.example/' },
      });
      const { message } = await say(world, actor, 'hi');
      const id = message.conversation_id;
      const details = () => world.visitorDetails.detailsOf(agent, actor.visitorId);
      return { world, site, agent, actor, visitorToken, id, details };
    }

    it('browser, clock, pages seen, each once while it lasts and a bounded number, conversations', async () => {
      const { world, site, actor, visitorToken, id, details } = await scene();
      expect(await details()).toMatchObject({
        id: actor.visitorId,
        locale: 'pt',
        time_zone: 'Europe/Lisbon',
        referrer: 'https://search.example/',
        blocked: false,
        pages: [{ url: 'https://a.example/1', title: 'One' }],
        conversations: [{ id, status: 'open', preview: 'hi' }],
        notes: [],
      });
      expect((await details())?.user_agent).toHaveLength(500);
      const go = (url: string) => visit(world, site, { visitorToken, page: { url } });
      for (let n = 1; n <= LIMITS.visitorPages + 5; n += 1) {
        await go(`https://a.example/${n}`);
        await go(`https://a.example/${n}`);
      }
      const { pages = [], locale } = (await details()) ?? {};
      expect(locale).toBe('pt');
      const last = LIMITS.visitorPages + 5;
      expect(pages.map(({ url }) => url)).toEqual(
        Array.from({ length: LIMITS.visitorPages }, (_, n) => `https://a.example/${last - n}`),
      );
    });

    it('[SEC-1] a visitor of another site is not found, whatever one wants of it', async () => {
      const { world, actor, details } = await scene();
      const stranger = await newAgent(world, [{ site: await newSite(world), role: 'owner' }]);
      const { visitorId } = actor;
      expect(await world.visitorDetails.detailsOf(stranger, visitorId)).toBeNull();
      // Heard all at once: what is refused while another is waited for would end the run.
      const codes = await Promise.all(
        [
          world.visitorDetails.setBlocked(stranger, visitorId, true),
          world.visitorDetails.addNote(stranger, 'S', visitorId, 'mine'),
          world.visitorDetails.deleteNote(stranger, visitorId, 1),
        ].map(codeOf),
      );
      expect(codes).toEqual(['not_found', 'not_found', 'not_found']);
      expect(await details()).toMatchObject({ blocked: false, notes: [] });
    });

    it('what a blocked visitor writes is refused, nothing of it is kept, and agents alone are told', async () => {
      const { world, agent, actor, id, details } = await scene();
      const early = crypto.randomUUID();
      const { message } = await say(world, actor, 'before', early);
      world.broadcast.take();
      await world.visitorDetails.setBlocked(agent, actor.visitorId, true);
      const told = world.broadcast.take();
      expect(told.map(({ channel }) => channel)).toEqual([
        `private-chat.conversation.${id}.agents`,
        expect.stringContaining('.inbox'),
      ]);
      expect(await world.conversations.entry(agent, id)).toMatchObject({ blocked: true });
      // Doing it again is no news.
      await world.visitorDetails.setBlocked(agent, actor.visitorId, true);
      expect(world.broadcast.take()).toEqual([]);

      expect(await codeOf(say(world, actor, 'and now'))).toBe('visitor_blocked');
      const edit = world.messages.editByVisitor(actor, message.id, 'changed');
      expect(await codeOf(edit)).toBe('visitor_blocked');
      // [SYNC-2] What was acknowledged stays acknowledged; taking back and being answered are no harm.
      expect(await say(world, actor, 'before', early)).toMatchObject({ created: false });
      await answer(world, agent, id, 'goodbye');
      await world.messages.deleteByVisitor(actor, message.id);
      const seen = await world.conversations.conversationOfVisitor(actor, id);
      expect(seen).not.toHaveProperty('blocked');
      expect(await details()).toMatchObject({ blocked: true });

      await world.visitorDetails.setBlocked(agent, actor.visitorId, false);
      expect(await codeOf(world.visitorDetails.setBlocked(agent, 999_999, false))).toBe(
        'not_found',
      );
      await say(world, actor, 'thank you');
      expect(await world.conversations.entry(agent, id)).not.toHaveProperty('blocked');
    });

    it('notes are bounded, and deleted by who wrote them or an admin', async () => {
      const { world, site, agent, actor, details } = await scene();
      const { visitorId } = actor;
      await world.visitorDetails.addNote(agent, 'Ada', visitorId, '  likes chairs ');
      const [note] = (await details())?.notes ?? [];
      expect(note).toMatchObject({
        agent_id: agent.agentId,
        agent_name: 'Ada',
        text: 'likes chairs',
      });
      const noteId = note?.id ?? 0;
      const colleague = await newAgent(world, [{ site }]);
      const refused = world.visitorDetails.deleteNote(colleague, visitorId, noteId);
      expect(await codeOf(refused)).toBe('forbidden');
      const elsewhere = await newSite(world);
      const admin = await newAgent(world, [{ site: elsewhere }]);
      const here = await joinSite(world, admin, site, 'admin');
      await world.visitorDetails.deleteNote(here, visitorId, noteId);
      expect((await details())?.notes).toEqual([]);
      const add = () => world.visitorDetails.addNote(agent, 'Ada', visitorId, 'more');
      await Promise.all(Array.from({ length: LIMITS.visitorNotes }, add));
      expect(await codeOf(add())).toBe('too_many');
    });
  });
}
