import { randomUUID } from 'node:crypto';
import type { FirstMessageProof } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import type { VisitorActor } from '../actor.ts';
import type { Site } from '../site/site.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { codeOf, newAgent, newSite, newVisitor, type World } from '../testing/world.ts';
import { type Entrance, RUSH_MS } from './proof.ts';

const FREE = 3;

/** When a conversation may begin for nothing; the work itself is looked at before. */
export function firstMessageContract(make: MakeDatabases): void {
  describe('first messages', () => {
    const at = withWorld(make);

    function knock(
      world: World,
      visitor: VisitorActor,
      came: Partial<Entrance> = {},
      client_message_id: string = randomUUID(),
    ) {
      const message = { text: 'hi', client_message_id, conversation_id: undefined, files: null };
      const entrance = { free: FREE, floor_bits: 0, proven_bits: 0, ...came };
      return world.messages.sendByVisitor(visitor, message, entrance);
    }

    const stranger = (world: World, site: Site) => newVisitor(world, site);

    async function rush(world: World, site: Site): Promise<VisitorActor[]> {
      const visitors = [];
      for (let n = 0; n < FREE; n += 1) visitors.push(await stranger(world, site));
      for (const visitor of visitors) await knock(world, visitor);
      return visitors;
    }

    it('[SEC-4] in a rush another begins for work alone, on every node; who talks already goes on', async () => {
      const world = at.world();
      const node = await at.another();
      const [site, calm] = [await newSite(world), await newSite(world)];
      const [first] = await rush(world, site);
      const late = await stranger(world, site);
      const id = randomUUID();
      world.broadcast.take();
      for (const each of [world, node]) {
        await expect(knock(each, late, {}, id)).rejects.toMatchObject({
          code: 'proof_required',
          details: { bits: 10 },
        });
      }
      expect(world.broadcast.take()).toEqual([]);
      if (first === undefined) throw new Error('nobody came first');
      expect(await knock(world, first)).toMatchObject({ created: true, began: false });
      expect(await knock(world, await stranger(world, calm))).toMatchObject({ began: true });
      // Refused, it left nothing behind: the same message is taken as new.
      const came = { proven_bits: 10 };
      expect(await knock(node, late, came, id)).toMatchObject({ created: true, began: true });
      // An answer that was lost is asked for again without any (SYNC-2).
      expect(await knock(world, late, {}, id)).toMatchObject({ created: false, began: false });
    });

    it('[SEC-4] the rush is over by itself; who comes back to an old conversation was never asked', async () => {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const [first] = await rush(world, site);
      if (first === undefined) throw new Error('nobody came first');
      const { messageJson } = await knock(world, first);
      const { conversation_id } = JSON.parse(messageJson) as { conversation_id: number };
      await world.conversations.patch(agent, conversation_id, { status: 'resolved' });
      expect(await knock(world, first)).toMatchObject({ began: false });
      const late = await stranger(world, site);
      expect(await codeOf(knock(world, late))).toBe('proof_required');
      world.clock.advance(RUSH_MS);
      expect(await knock(world, late)).toMatchObject({ began: true });
    });

    it('[SEC-4] the site decides: always, never, or by itself', async () => {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site, role: 'owner' }]);
      const by = { agentId: agent.agentId, name: 'Ada', address: '::1', at_ms: 1 };
      const want = (first_message_proof: FirstMessageProof) =>
        world.sites.patchSite(site.id, { settings: { first_message_proof } }, by);
      await want('always');
      expect(await codeOf(knock(world, await stranger(world, site)))).toBe('proof_required');
      // Also where nothing is counted.
      const uncounted = { free: null };
      expect(await codeOf(knock(world, await stranger(world, site), uncounted))).toBe(
        'proof_required',
      );
      await want('off');
      await rush(world, site);
      expect(await knock(world, await stranger(world, site))).toMatchObject({ began: true });
      await want('auto');
      expect(await codeOf(knock(world, await stranger(world, site)))).toBe('proof_required');
      expect(await knock(world, await stranger(world, site), uncounted)).toMatchObject({
        began: true,
      });
    });
  });
}
