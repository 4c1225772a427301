import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { plain, runOne } from '../database/database.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { newAgent, newSite } from '../testing/world.ts';
import { hashToken } from '../token.ts';
import type { AgentAccount } from './agent.ts';
import { verifyPassword } from './password.ts';
import { replacePassword } from './profile.commands.ts';

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
      await agents.createSession(session(made.agent, 'cookie', Number.MAX_SAFE_INTEGER));
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
      const { agentId } = await newAgent(world, [{ site: await newSite(world) }]);
      const agent = await accountOf(agentId);
      const token = randomUUID();
      const hash = hashToken(token);
      await agents.createSession(session(agent, token, clock.now_ms() + 1_000));
      clock.advance(999);
      expect(await agents.touchSession(hash, clock.now_ms() + 1_000)).toBe(true);
      clock.advance(999);
      expect((await agents.loginsOf([hash])).get(hash)?.session).toMatchObject({
        agentId,
        csrfToken: 'csrf',
        expiresAt_ms: clock.now_ms() + 1,
      });
      clock.advance(1);
      expect((await agents.loginsOf([hash])).size).toBe(0);
      expect(await agents.touchSession(hash, clock.now_ms() + 1_000)).toBe(false);
      expect(await agents.deleteExpiredSessions()).toBeGreaterThan(0);

      await agents.createSession(session(agent, token, clock.now_ms() + 1_000));
      await agents.deleteSession(hash);
      expect((await agents.loginsOf([hash])).size).toBe(0);
    });

    it('[SEC-5] one look finds who is signed in, each with its own sites, and no one who was disabled', async () => {
      const world = at.world();
      const { agents, clock } = world;
      const [first, second] = [await newSite(world), await newSite(world)];
      const both = await newAgent(world, [{ site: first }, { site: second }]);
      const none = await newAgent(world, []);
      const disabled = await newAgent(world, [{ site: first }]);
      const hashes: string[] = [];
      for (const { agentId } of [both, both, none, disabled]) {
        const token = randomUUID();
        hashes.push(hashToken(token));
        const account = await accountOf(agentId);
        await agents.createSession(session(account, token, clock.now_ms() + 1_000));
      }
      await setDisabled(disabled.agentId, 1);
      const found = await agents.loginsOf([...hashes, hashToken('nobody')]);
      const sites = hashes.map((hash) => found.get(hash)?.sites.map(({ id }) => id));
      expect(sites).toEqual([[first.id, second.id], [first.id, second.id], [], undefined]);
      expect(found.size).toBe(3);
      expect((await agents.loginsOf([])).size).toBe(0);
    });

    it('[SEC-4] a sign-in begins no session with a password that was changed meanwhile, however they meet', async () => {
      const nodes = [at.world(), await at.another()] as const;
      const [{ agents, clock, database }, other] = nodes;
      const { agentId } = await newAgent(nodes[0], []);
      const checked = await accountOf(agentId);
      const by = { agentId, name: 'Ada', address: '', at_ms: clock.now_ms() };
      const kept = hashToken('where it is changed');
      const change = (database_: typeof database, former_hash: string, password_hash: string) =>
        database_.write(replacePassword, { former_hash, password_hash, token_hash: kept, by });
      const end_ms = clock.now_ms() + 60_000;
      await agents.createSession(session(checked, 'where it is changed', end_ms));

      const tokens = Array.from({ length: 30 }, () => randomUUID());
      const begin = (token: string, index: number) =>
        (nodes[index % 2] ?? other).agents.createSession(session(checked, token, end_ms));
      const early = tokens.slice(0, 20).map(begin);
      const changed = change(other.database, checked.passwordHash, 'a new hash');
      const late = tokens.slice(20).map(begin);
      await Promise.allSettled([...early, changed, ...late]);
      await changed;
      const found = await agents.loginsOf([kept, ...tokens.map(hashToken)]);
      expect([...found.keys()]).toEqual([kept]);
      await expect(begin(randomUUID(), 0)).rejects.toMatchObject({ code: 'invalid_credentials' });

      // Nor does it change the password: of two who know the former one, the first does.
      const again = change(database, checked.passwordHash, 'another hash');
      await expect(again).rejects.toMatchObject({ code: 'wrong_password' });
      expect((await accountOf(agentId)).passwordHash).toBe('a new hash');
    });

    it('[SEC-5] a sign-in that runs while its agent is disabled begins no session, not for later either', async () => {
      const { agents, clock } = at.world();
      const { agentId } = await newAgent(at.world(), []);
      const checked = await accountOf(agentId);
      await setDisabled(agentId, 1);
      const token = randomUUID();
      const begun = agents.createSession(session(checked, token, clock.now_ms() + 60_000));
      await expect(begun).rejects.toMatchObject({ code: 'invalid_credentials' });
      await setDisabled(agentId, 0);
      expect((await agents.loginsOf([hashToken(token)])).size).toBe(0);
    });

    async function setDisabled(id: number, disabled: 0 | 1): Promise<void> {
      const { database } = at.world();
      const change = database.sql.db.updateTable('agents').set({ disabled }).where('id', '=', id);
      await database.write(runOne, plain(change.compile()));
    }

    async function accountOf(agentId: number): Promise<AgentAccount> {
      const account = await at.world().agents.findAgent(agentId);
      if (account === null) throw new Error(`There is no agent ${agentId}`);
      return account;
    }

    function session(account: AgentAccount, token: string, expiresAt_ms: number) {
      return {
        account,
        tokenHash: hashToken(token),
        csrfToken: 'csrf',
        expiresAt_ms,
        userAgent: 'test',
        address: '127.0.0.1',
      };
    }
  });
}
