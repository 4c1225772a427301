import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { newAgent, type World } from '../testing/world.ts';
import { hashToken } from '../token.ts';
import { AHEAD_MS, queueEnding } from './ending.commands.ts';
import { createNotificationCommands } from './notification.commands.ts';
import { createNotificationQueries } from './notification.queries.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Browsers that ring for agents who do not come. */
export function endingContract(make: MakeDatabases): void {
  describe('a browser whose login ends', () => {
    const at = withWorld(make);

    it('is told once before it, by whichever node, and not where its agent came back', async () => {
      const world = at.world();
      const { clock, database, agents } = world;
      const tell = ({ database: of }: World) => of.write(queueEnding, { now_ms: clock.now_ms() });
      const { agentId } = await newAgent(world, []);
      const used = await browserOf(world, agentId);
      await browserOf(world, agentId);
      expect(await tell(world)).toBe(0);

      clock.advance(14 * DAY_MS - AHEAD_MS);
      expect(await agents.touchSession(used, clock.now_ms() + 14 * DAY_MS)).toBe(true);
      const nodes = [world, await at.another(), await at.another()];
      const told = await Promise.all(nodes.map(tell));
      expect(told.toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
      clock.advance(DAY_MS);
      expect(await tell(world)).toBe(0);

      // What comes between the decision and the telling is looked at once more.
      const queries = createNotificationQueries(world);
      const { db } = database.sql;
      const jobs = db.selectFrom('jobs').select('payload').where('kind', '=', 'notify:ending');
      const [job] = await database.query(jobs.compile());
      const { subscriptionId, expiresAt_ms } = JSON.parse(job?.payload ?? '{}') as {
        subscriptionId: number;
        expiresAt_ms: number;
      };
      const unused = await queries.unused(subscriptionId, expiresAt_ms);
      expect(unused).toMatchObject({ agentId, locale: null });
      const later = db.updateTable('sessions').set({ expires_at: expiresAt_ms + DAY_MS });
      const all = later.where('agent_id', '=', agentId);
      await database.write(runOne, plain(all.compile()));
      expect(await queries.unused(subscriptionId, expiresAt_ms)).toBeNull();
    });

    /** Signs in, and has it ring. Returns the hash of the session. */
    async function browserOf(world: World, agentId: number): Promise<string> {
      const { agents, clock } = world;
      const account = await agents.findAgent(agentId);
      const actor = await agents.actorOf(agentId);
      if (account === null || actor === null) throw new Error('There is no such agent');
      const tokenHash = hashToken(randomUUID());
      await agents.createSession({
        account,
        tokenHash,
        csrfToken: 'csrf',
        expiresAt_ms: clock.now_ms() + 14 * DAY_MS,
        userAgent: '',
        address: '',
      });
      const endpoint = `https://updates.push.services.mozilla.com/wpush/v2/${randomUUID()}`;
      const keys = { p256dh: 'p', auth: 'a' };
      const commands = createNotificationCommands(world, []);
      await commands.subscribe({ actor, tokenHash }, { endpoint, keys });
      return tokenHash;
    }
  });
}
