import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { SitePatch } from '@parley/protocol';
import type { By } from '../audit/audit.ts';
import type { Site } from '../site/site.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { codeOf, newAgent, newSite, say, visit, type World } from '../testing/world.ts';
import { createExportQueries } from './export.queries.ts';

const BY: By = { agentId: 1, name: 'Ada', address: '::1', at_ms: 1 };

/** Issue 7: a site that asks its visitors to agree first. */
export function consentContract(make: MakeDatabases): void {
  describe('consent', () => {
    const at = withWorld(make);

    async function change(
      world: World,
      site: Site,
      settings: NonNullable<SitePatch['settings']>,
    ): Promise<Site> {
      const changed = await world.sites.patchSite(site.id, { settings }, BY);
      if (changed === null) throw new Error('The site is gone');
      return changed;
    }
    async function asking() {
      const world = at.world();
      const plain = await newSite(world);
      const agent = await newAgent(world, [{ site: plain, role: 'owner' }]);
      const site = await change(world, plain, { consent: { text: '', privacy_url: '' } });
      return { world, plain, site, agent };
    }
    const visitorsOf = async ({ database }: World, { id }: Site): Promise<number> => {
      const { db } = database.sql;
      const rows = db.selectFrom('visitors').select('id').where('site_id', '=', id).compile();
      return (await database.query(rows)).length;
    };

    it('[SEC-2] nothing is kept of who has not agreed to what the site says now', async () => {
      const { world, plain, site, agent } = await asking();
      const page = { url: 'https://shop.example/secret' };
      for (const consent of [undefined, 2, 7]) {
        const refused = visit(world, site, { page, name: 'Vera', consent });
        expect(await codeOf(refused)).toBe('consent_required');
      }
      expect(await visitorsOf(world, site)).toBe(0);

      const first = await visit(world, site, { consent: 1 });
      const { visitor_token: visitorToken, actor } = first;
      // Agreed once: it need not be said again.
      expect((await visit(world, site, { visitorToken })).actor).toEqual(actor);
      const details = await world.visitorDetails.detailsOf(agent, actor.visitorId);
      const timestamp = Math.floor(world.clock.now_ms() / 1_000);
      expect(details?.consent).toEqual({ version: 1, timestamp });

      // Whoever was there before the site asked has not agreed, though it has a token.
      const old = await visit(world, plain);
      const again = { visitorToken: old.visitor_token };
      expect(await codeOf(visit(world, site, again))).toBe('consent_required');
      expect((await visit(world, site, { ...again, consent: 1 })).actor).toEqual(old.actor);
      expect(
        (await world.visitorDetails.detailsOf(agent, old.actor.visitorId))?.consent?.version,
      ).toBe(1);
    });

    it('other words are another version, which is asked for anew, and can be read later', async () => {
      const { world, site, agent } = await asking();
      const first = await visit(world, site, { consent: 1 });
      const own = { text: 'We keep what you write.', privacy_url: 'https://shop.example/privacy' };
      const second = await change(world, site, { consent: own });
      expect(second.consentVersion).toBe(2);
      // The same words, another setting, off and on again: nothing new to agree to.
      await change(world, site, { consent: own, rating: false });
      await change(world, site, { consent: null });
      expect((await change(world, site, { consent: own })).consentVersion).toBe(2);
      const { visitor_token: visitorToken, actor } = first;
      expect(await codeOf(visit(world, second, { visitorToken }))).toBe('consent_required');
      world.clock.advance(60_000);
      await visit(world, second, { visitorToken, consent: 2 });
      expect((await world.visitorDetails.detailsOf(agent, actor.visitorId))?.consent?.version).toBe(
        2,
      );

      const exports = createExportQueries(world, world.conversations);
      const pieces = await exports.exportOf({ ...actor, kind: 'visitor' });
      let json = '';
      for await (const piece of pieces ?? []) json += piece;
      expect(JSON.parse(json)).toMatchObject({ visitor: { consent: { version: 2, ...own } } });

      // Parley's own words, as the site says them in one language, are other words too.
      const blank = { text: '', privacy_url: '' };
      const wording = { de: { consentText: 'Wir speichern den Chat.' } };
      const third = await change(world, second, { consent: blank, wording });
      expect(third.consentVersion).toBe(3);
      const otherWords = { de: { ...wording.de, title: 'Moin' } };
      expect((await change(world, third, { wording: otherWords })).consentVersion).toBe(3);
    });

    it('[SYNC-13] what one agreed to comes along to who one turns out to be, and to nobody else', async () => {
      const { world, site, agent } = await asking();
      const tokenOf = (name: string) =>
        new SignJWT()
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject(name)
          .setExpirationTime(Math.floor(world.clock.now_ms() / 1_000) + 300)
          .sign(new TextEncoder().encode(site.identitySecret));
      const off = await change(world, site, { consent: null });
      const person = await visit(world, off, { identityToken: await tokenOf('vera') });
      const on = await change(world, site, { consent: { text: '', privacy_url: '' } });
      const known = await visit(world, on, { consent: 1 });
      const joined = await visit(world, on, {
        visitorToken: known.visitor_token,
        identityToken: await tokenOf('vera'),
      });
      expect(joined.actor).toEqual(person.actor);
      const details = await world.visitorDetails.detailsOf(agent, person.actor.visitorId);
      expect(details?.consent?.version).toBe(1);
      // Another person at the same browser has not agreed.
      const switched = visit(world, on, {
        visitorToken: joined.visitor_token,
        identityToken: await tokenOf('otto'),
      });
      expect(await codeOf(switched)).toBe('consent_required');
    });

    it('withdrawn, nothing of the visitor is left, and who never agreed withdraws nothing', async () => {
      const { world, plain, site, agent } = await asking();
      const gone = await visit(world, site, { consent: 1, name: 'Vera' });
      const { message } = await say(world, gone.actor, 'forget me');
      const stays = await visit(world, plain);
      expect(await world.erase.withdraw(stays.actor)).toBe(false);
      expect(await world.erase.withdraw(gone.actor)).toBe(true);
      expect(await world.erase.withdraw(gone.actor)).toBe(false);
      expect(await world.visitors.findVisitor(gone.actor)).toBeNull();
      expect(await world.visitors.findVisitor(stays.actor)).not.toBeNull();
      expect(await world.conversations.entry(agent, message.conversation_id)).toBeNull();
      const { db } = world.database.sql;
      const deeds = db.selectFrom('audit').select(['action', 'agent_id', 'target']).compile();
      expect(await world.database.query(deeds)).toContainEqual({
        action: 'visitor.withdrew',
        agent_id: null,
        target: `#${gone.actor.visitorId}`,
      });
    });
  });
}
