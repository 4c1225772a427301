import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, codeOf, newAgent, newSite, newVisitor, say, visit } from '../testing/world.ts';

/** SEC-1, SEC-2: whoever may not see a conversation finds nothing, on every way to it. */
export function tenancyContract(make: MakeDatabases): void {
  describe('tenancy', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const { actor: visitor } = await visit(world, site, { name: 'V', email: 'v@example.com' });
      const { message } = await say(world, visitor, 'needle');
      return { world, site, agent, visitor, message, id: message.conversation_id };
    }

    it('[SEC-1] a visitor of the same site, and one of another, find nothing', async () => {
      const { world, site, id, message, visitor } = await scene();
      const elsewhere = await newSite(world);
      const forged = { ...visitor, siteId: elsewhere.id };
      for (const stranger of [
        await newVisitor(world, site),
        await newVisitor(world, elsewhere),
        forged,
      ]) {
        const { conversations, messages } = world;
        expect(await conversations.find(stranger, id)).toBeNull();
        expect(await conversations.conversationOfVisitor(stranger, id)).toBeNull();
        expect(await conversations.messagesOfVisitor(stranger, id, {})).toBeNull();
        expect(await conversations.messagesOfVisitor(stranger, id, { after: 0 })).toBeNull();
        expect(await conversations.currentConversation(stranger)).toBeNull();
        const refused = [
          () => conversations.markReadByVisitor(stranger, id, 1),
          () => messages.editByVisitor(stranger, message.id, 'x'),
          () => messages.deleteByVisitor(stranger, message.id),
        ];
        for (const attempt of refused) expect(await codeOf(attempt())).toBe('not_found');
        expect(await codeOf(conversations.chatsOfEmail(stranger, 'v@example.com'))).toBe(
          'forbidden',
        );
      }
    });

    it('[SEC-1] an agent of another site finds nothing, and can name no one of it', async () => {
      const { world, site, id, message, agent } = await scene();
      const elsewhere = await newSite(world);
      const foreign = await newAgent(world, [{ site: elsewhere, role: 'owner' }]);
      // What a session says is not believed either: the memberships are asked.
      const forged = {
        ...foreign,
        siteIds: [site.id],
        roles: new Map([[site.id, 'owner' as const]]),
      };
      const { conversations, messages } = world;
      for (const stranger of [foreign, forged]) {
        expect(await conversations.find(stranger, id)).toBeNull();
        expect(await conversations.entry(stranger, id)).toBeNull();
        expect(await conversations.messagesOfAgent(stranger, id, {})).toBeNull();
        for (const query of [{}, { site: site.id }, { q: 'needle' }]) {
          expect((await conversations.inbox(stranger, query)).conversations).toEqual([]);
        }
        expect(await conversations.chatsOfEmail(stranger, 'v@example.com')).toEqual([]);
        const refused = [
          () => conversations.markReadByAgent(stranger, id, undefined),
          () => conversations.patch(stranger, id, { status: 'resolved' }),
          () => answer(world, stranger, id, 'x'),
          () => messages.editByAgent(stranger, id, message.id, 'x'),
          () => messages.deleteByAgent(stranger, id, message.id),
        ];
        for (const attempt of refused) expect(await codeOf(attempt())).toBe('not_found');
      }
      const assign = conversations.patch(agent, id, { assignee_id: foreign.agentId });
      expect(await codeOf(assign)).toBe('invalid_request');
      expect(await conversations.entry(agent, id)).toMatchObject({
        status: 'open',
        assignee: null,
      });
    });

    it('[SEC-1] a message is changed only under its own conversation', async () => {
      const { world, site, agent, id } = await scene();
      const other = await say(world, await newVisitor(world, site), 'other');
      const owner = await newAgent(world, [{ site, role: 'owner' }]);
      const attempt = world.messages.editByAgent(owner, id, other.message.id, 'x');
      expect(await codeOf(attempt)).toBe('not_found');
      expect(await world.conversations.entry(agent, id)).toMatchObject({ head: 1 });
    });

    it('[SEC-1] ids that never were find nothing, however large', async () => {
      const { world, agent, visitor } = await scene();
      for (const id of [0, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
        expect(await world.conversations.find(visitor, id)).toBeNull();
        expect(await world.conversations.messagesOfAgent(agent, id, {})).toBeNull();
        expect((await world.conversations.headsOf([id])).size).toBe(0);
      }
    });

    it('[SEC-2] an address opens one’s own conversations; typing another’s opens nothing', async () => {
      const { world, site, agent, id } = await scene();
      const { actor: same } = await visit(world, site, { email: 'V@Example.com' });
      const own = await say(world, same, 'from another browser');
      const chats = await world.conversations.chatsOfEmail(same, 'v@example.com');
      expect(chats.map((chat) => chat.id)).toEqual([own.message.conversation_id]);
      const all = await world.conversations.chatsOfEmail(agent, 'v@EXAMPLE.com');
      expect(new Set(all.map((chat) => chat.id))).toEqual(
        new Set([id, own.message.conversation_id]),
      );
      expect(chats[0]).toMatchObject({
        status: 'open',
        messages: [{ role: 'user', content: 'from another browser', attachments: [] }],
      });
    });
  });
}
