import type { CannedReply } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import type { AgentActor } from '../actor.ts';
import type { By } from '../audit/audit.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { codeOf, newAgent, newSite } from '../testing/world.ts';
import { search } from './canned.ts';
import { createCannedCommands } from './canned.commands.ts';
import { createCannedQueries } from './canned.queries.ts';

/** Texts that agents write often: of a site, and their own. */
export function cannedContract(make: MakeDatabases): void {
  describe('canned replies', () => {
    const at = withWorld(make);

    it('[SEC-1] those of a site are for its members, own ones for nobody else, and only managers change the former', async () => {
      const world = at.world();
      const [site, other] = [await newSite(world), await newSite(world)];
      const admin = await newAgent(world, [{ site, role: 'admin' }]);
      const agent = await newAgent(world, [{ site }]);
      const stranger = await newAgent(world, [{ site: other, role: 'owner' }]);
      const commands = createCannedCommands(world);
      const queries = createCannedQueries(world);
      const by = ({ agentId }: AgentActor): By => ({
        agentId,
        name: 'Ada',
        address: '::1',
        at_ms: world.clock.now_ms(),
      });
      const create = (actor: AgentActor, shortcut: string, own = false) =>
        commands.create(
          actor,
          { site_id: site.id, shortcut, text: 'Hi {{visitor.name}}', own },
          by(actor),
        );
      const names = async (actor: AgentActor) =>
        (await queries.repliesOf(actor.siteIds, actor.agentId)).map(({ shortcut }) => shortcut);

      const hello = await create(admin, 'Hello');
      expect(await codeOf(create(agent, 'bye'))).toBe('forbidden');
      expect(await codeOf(create(stranger, 'bye'))).toBe('not_found');
      expect(await codeOf(create(stranger, 'bye', true))).toBe('not_found');
      expect(await codeOf(create(admin, 'hELLO'))).toBe('name_taken');
      // One's own may be called as that of the site.
      const own = await create(agent, 'hello', true);
      expect(await codeOf(create(agent, 'HELLO', true))).toBe('name_taken');
      expect(await names(agent)).toEqual(['Hello', 'hello']);
      expect(await names(admin)).toEqual(['Hello']);
      expect(await names(stranger)).toEqual([]);

      const change = (actor: AgentActor, id: number) =>
        commands.change(actor, id, { shortcut: 'greet' }, by(actor));
      expect(await codeOf(change(agent, hello.id))).toBe('forbidden');
      expect(await codeOf(change(admin, own.id))).toBe('not_found');
      expect(await codeOf(commands.remove(stranger, hello.id, by(stranger)))).toBe('not_found');
      expect(await change(agent, own.id)).toMatchObject({ shortcut: 'greet', own: true });
      await create(admin, 'greet');
      expect(await codeOf(change(admin, hello.id))).toBe('name_taken');
      await commands.remove(agent, own.id, by(agent));
      expect(await names(agent)).toEqual(['greet', 'Hello']);
    });

    it('what begins with the words comes before what has them in it', () => {
      const reply = (shortcut: string, text: string): CannedReply => ({
        id: 1,
        site_id: 1,
        shortcut,
        text,
        own: false,
      });
      const all = [reply('bye', 'Shipping is over'), reply('no-ship', 'x'), reply('ship', 'y')];
      const found = search(all, 'SHIP').map(({ shortcut }) => shortcut);
      expect(found).toEqual(['ship', 'no-ship', 'bye']);
      expect(search(all, 'nothing')).toEqual([]);
    });
  });
}
