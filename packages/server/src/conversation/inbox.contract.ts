import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import {
  answer,
  codeOf,
  indexAll,
  joinSite,
  newAgent,
  newSite,
  newVisitor,
  say,
  visit,
} from '../testing/world.ts';

/** The inbox: its rows, filters, search and pages. */
export function inboxContract(make: MakeDatabases): void {
  describe('inbox', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      return { world, site, agent: await newAgent(world, [{ site }]) };
    }

    it('shows the latest activity first, page by page, each conversation once', async () => {
      const { world, site, agent } = await scene();
      const ids: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        // Two at the same moment: the id decides between them.
        if (n % 2) world.clock.advance(1_000);
        const { message } = await say(world, await newVisitor(world, site), `message ${n}`);
        ids.unshift(message.conversation_id);
      }
      const seen: number[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await world.conversations.inbox(agent, {
          limit: 2,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...page.conversations.map((entry) => entry.id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toEqual(ids);
    });

    it('filters by status, assignee, label, category and site', async () => {
      const { world, site, agent } = await scene();
      const other = await newSite(world);
      await world.agents.addMembership({ siteId: other.id, agentId: agent.agentId, role: 'agent' });
      const start = async (of: typeof site) =>
        (await say(world, await newVisitor(world, of), 'hi')).message.conversation_id;
      const [a, b, c] = [await start(site), await start(site), await start(other)];
      const label = 'say "hi"\\ % _ ü';
      await world.conversations.patch(agent, a, {
        status: 'pending',
        assignee_id: agent.agentId,
        labels: [label, 'x'],
      });
      await world.conversations.patch(agent, b, { category: 'ai-chats' });
      const ids = async (query: object) =>
        (await world.conversations.inbox(agent, query)).conversations
          .map((entry) => entry.id)
          .toSorted((a, b) => a - b);
      expect(await ids({})).toEqual([a, b, c]);
      expect(await ids({ status: 'pending' })).toEqual([a]);
      expect(await ids({ assignee: 'me' })).toEqual([a]);
      expect(await ids({ assignee: String(agent.agentId) })).toEqual([a]);
      expect(await ids({ assignee: 'none' })).toEqual([b, c]);
      expect(await ids({ label })).toEqual([a]);
      expect(await ids({ label: 'X' })).toEqual([]);
      expect(await ids({ label: 'say' })).toEqual([]);
      expect(await ids({ category: 'ai-chats' })).toEqual([b]);
      expect(await ids({ site: other.id })).toEqual([c]);
      expect(await ids({ site: other.id, status: 'pending' })).toEqual([]);
    });

    it('who waits longest stands first, then the latest activity; page by page, over all sites', async () => {
      const { world, site, agent } = await scene();
      const other = await newSite(world);
      const both = await joinSite(world, agent, other, 'agent');
      const ids: number[] = [];
      for (let n = 0; n < 8; n += 1) {
        world.clock.advance(1_000);
        const visitor = await newVisitor(world, n % 3 === 0 ? other : site);
        ids.push((await say(world, visitor, `message ${n}`)).message.conversation_id);
      }
      const [a = 0, b = 0, c = 0, d = 0] = ids;
      await world.conversations.patch(both, a, { status: 'snoozed' });
      await world.conversations.patch(both, d, { status: 'pending' });
      for (const id of [b, c]) {
        world.clock.advance(1_000);
        await answer(world, both, id, 'yes');
      }
      const seen: number[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await world.conversations.inbox(both, {
          sort: 'waiting',
          limit: 3,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...page.conversations.map((entry) => entry.id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toEqual([d, ...ids.slice(4), c, b, a]);
    });

    it('searches names, addresses and messages whatever the case and the marks', async () => {
      const { world, site, agent } = await scene();
      const start = async (name: string, email: string, text: string) => {
        const { actor } = await visit(world, site, { name, email });
        return (await say(world, actor, text)).message.conversation_id;
      };
      const zoe = await start('Zoë Ångström', 'zoe@example.com', 'Where is my order?');
      const max = await start('Max', 'max@example.org', '100% of snake_case \\ ÄRGER');
      await indexAll(world);
      const find = async (q: string) =>
        (await world.conversations.inbox(agent, { q })).conversations.map((entry) => entry.id);
      expect(await find('ORDER')).toEqual([zoe]);
      expect(await find('example.ORG')).toEqual([max]);
      expect(await find('zoË åNG')).toEqual([zoe]);
      expect(await find('ärger')).toEqual([max]);
      expect(await find('100% of snake_case \\')).toEqual([max]);
      expect(await find('angstrom arger')).toEqual([]);
      expect(await find('angstrom')).toEqual([zoe]);
      expect(await find('%')).toEqual([]);
      expect(await find("' or 1=1 --")).toEqual([]);
    });

    it('an agent keeps views of its own, and takes away no one else’s', async () => {
      const { world, site, agent } = await scene();
      const other = await newAgent(world, [{ site }]);
      const view = await world.views.saveView(agent, { name: ' Mine ', search: 'assignee=me' });
      expect(view).toEqual({ id: view.id, name: 'Mine', search: 'assignee=me' });
      expect(await world.views.viewsOf(other)).toEqual([]);
      expect(await codeOf(world.views.deleteView(other, view.id))).toBe('not_found');
      expect(await world.views.viewsOf(agent)).toEqual([view]);
      await world.views.deleteView(agent, view.id);
      expect(await world.views.viewsOf(agent)).toEqual([]);
    });

    it('a row tells who waits since when, and the beginning of the last message', async () => {
      const { world, site, agent } = await scene();
      const visitor = await newVisitor(world, site, 'Vera');
      const since = Math.floor(world.clock.now_ms() / 1000);
      const { message } = await say(world, visitor, `two\nlines ${'😀'.repeat(200)}`);
      const id = message.conversation_id;
      world.clock.advance(5_000);
      await say(world, visitor, 'hello?');
      expect(await world.conversations.entry(agent, id)).toMatchObject({
        site_id: site.id,
        unread: 2,
        waiting_since: since,
        last_activity_ms: world.clock.now_ms(),
        last_message: { sender_type: 'visitor', sender_name: 'Vera', preview: 'hello?' },
      });
      await answer(world, agent, id, 'a note', { private: true });
      expect(await world.conversations.entry(agent, id)).toMatchObject({
        waiting_since: since,
        last_message: { preview: 'a note', private: true },
      });
      await answer(world, agent, id, `yes ${'😀'.repeat(200)}`);
      const row = await world.conversations.entry(agent, id);
      expect(row).toMatchObject({ waiting_since: null, unread: 2 });
      expect(row?.last_message?.preview).toMatch(/^yes 😀+…$/u);
    });
  });
}
