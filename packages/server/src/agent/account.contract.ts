import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { newAgent, newSite } from '../testing/world.ts';
import { hashToken } from '../token.ts';
import { verifyPassword } from './password.ts';

/** The first start, sign-in, sessions. */
export function accountContract(make: MakeDatabases): void {
  describe('accounts', () => {
    const at = withWorld(make);

    it('the first start makes a site and an agent once, however many nodes start at once', async () => {
      const nodes = [at.world(), await at.another(), await at.another()];
      const starts = await Promise.all(
        nodes.map(async ({ sites, agents }) => {
          const { site } = await sites.ensureFirstSite({ token: undefined, name: 'First' });
          const given = { siteId: site.id, email: undefined, password: undefined };
          const key = await sites.ensureSetting('app_key', () => randomUUID());
          const first = await agents.ensureFirstAgent(given);
          return Object.assign(first, { site, key });
        }),
      );
      expect(new Set(starts.map((start) => start.site.id)).size).toBe(1);
      expect(new Set(starts.map((start) => start.key)).size).toBe(1);
      expect(new Set(starts.map((start) => start.agent.id)).size).toBe(1);
      const [creator, ...others] = starts.filter((start) => start.created);
      expect(others).toEqual([]);
      const { agent, generatedPassword } = creator ?? starts[0] ?? {};
      expect(await verifyPassword(agent?.passwordHash ?? null, generatedPassword ?? '')).toBe(true);
      expect(await at.world().agents.actorOf(agent?.id ?? 0)).toMatchObject({
        siteIds: [starts[0]?.site.id],
      });
    });

    it('PARLEY_SITE_TOKEN and PARLEY_ADMIN_* fix the first site and agent, also later', async () => {
      const { sites, agents } = at.world();
      const { site } = await sites.ensureFirstSite({ token: undefined, name: 'First' });
      const token = `fixed-${randomUUID()}`;
      const fixed = await sites.ensureFirstSite({ token, name: 'First' });
      expect(fixed).toMatchObject({ created: false, site: { id: site.id, token } });
      expect(await sites.findSiteByToken(token)).toMatchObject({ id: site.id });
      expect(await sites.findSiteByToken(site.token)).toBeNull();

      const given = { siteId: site.id, email: 'Owner@Example.com', password: 'first password' };
      const made = await agents.ensureFirstAgent(given);
      expect(made).toMatchObject({ created: true, generatedPassword: null });
      await agents.createSession(session(made.agent.id, 'cookie', Number.MAX_SAFE_INTEGER));
      const same = await agents.ensureFirstAgent({ ...given, email: 'owner@example.COM' });
      expect(same).toEqual({ ...made, created: false });
      const cookie = hashToken('cookie');
      expect((await agents.loginsOf([cookie])).has(cookie)).toBe(true);
      const changed = await agents.ensureFirstAgent({ ...given, password: 'second password' });
      expect(changed.agent.id).toBe(made.agent.id);
      expect(await verifyPassword(changed.agent.passwordHash, 'second password')).toBe(true);
      expect(await verifyPassword(changed.agent.passwordHash, 'first password')).toBe(false);
      expect((await agents.loginsOf([cookie])).size).toBe(0);
    });

    it('[SEC-4] a password is checked in argon2id’s time also for nobody', async () => {
      expect(await verifyPassword(null, 'x')).toBe(false);
      const { agents } = at.world();
      const email = `${randomUUID()}@example.com`;
      const agent = await agents.createAgent({ name: 'A', email, password: 'right' });
      expect(agent.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      expect(await agents.findAgentByEmail(` ${email.toUpperCase()}`)).toEqual(agent);
      expect(await verifyPassword(agent.passwordHash, 'right')).toBe(true);
      expect(await verifyPassword(agent.passwordHash, 'wrong')).toBe(false);
    });

    it('a session slides, ends, and does not come back', async () => {
      const world = at.world();
      const { agents, clock } = world;
      const agent = await newAgent(world, [{ site: await newSite(world) }]);
      const token = randomUUID();
      const hash = hashToken(token);
      await agents.createSession(session(agent.agentId, token, clock.now_ms() + 1_000));
      clock.advance(999);
      expect(await agents.touchSession(hash, clock.now_ms() + 1_000)).toBe(true);
      clock.advance(999);
      expect((await agents.loginsOf([hash])).get(hash)?.session).toMatchObject({
        agentId: agent.agentId,
        csrfToken: 'csrf',
        expiresAt_ms: clock.now_ms() + 1,
      });
      clock.advance(1);
      expect((await agents.loginsOf([hash])).size).toBe(0);
      expect(await agents.touchSession(hash, clock.now_ms() + 1_000)).toBe(false);
      expect(await agents.deleteExpiredSessions()).toBeGreaterThan(0);

      await agents.createSession(session(agent.agentId, token, clock.now_ms() + 1_000));
      await agents.deleteSession(hash);
      expect((await agents.loginsOf([hash])).size).toBe(0);
    });

    it('[SEC-5] one look finds who is signed in, each with its own sites, and no one who was disabled', async () => {
      const world = at.world();
      const { agents, clock, database } = world;
      const [first, second] = [await newSite(world), await newSite(world)];
      const both = await newAgent(world, [{ site: first }, { site: second }]);
      const none = await newAgent(world, []);
      const disabled = await newAgent(world, [{ site: first }]);
      const { db } = database.sql;
      const gone = db.updateTable('agents').set({ disabled: 1 });
      await database.write(runOne, plain(gone.where('id', '=', disabled.agentId).compile()));
      const hashes: string[] = [];
      for (const { agentId } of [both, both, none, disabled]) {
        const token = randomUUID();
        hashes.push(hashToken(token));
        await agents.createSession(session(agentId, token, clock.now_ms() + 1_000));
      }
      const found = await agents.loginsOf([...hashes, hashToken('nobody')]);
      const sites = hashes.map((hash) => found.get(hash)?.sites.map(({ id }) => id));
      expect(sites).toEqual([[first.id, second.id], [first.id, second.id], [], undefined]);
      expect(found.size).toBe(3);
      expect((await agents.loginsOf([])).size).toBe(0);
    });

    function session(agentId: number, token: string, expiresAt_ms: number) {
      return {
        agentId,
        tokenHash: hashToken(token),
        csrfToken: 'csrf',
        expiresAt_ms,
        userAgent: 'test',
        address: '127.0.0.1',
      };
    }
  });
}
