import { SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Site } from '../site/site.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { asInStream, load, replay, streamOf } from '../testing/replay.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, codeOf, newAgent, newSite, say, visit, type World } from '../testing/world.ts';

/** SYNC-13, SEC-2: who a browser belongs to. */
export function visitorContract(make: MakeDatabases): void {
  describe('visitors', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      return { world, site, agent: await newAgent(world, [{ site }]) };
    }

    it('a token leads back to the visitor, the open conversation and its newest messages', async () => {
      const { world, site, agent } = await scene();
      const first = await visit(world, site, { name: ' Vera ', locale: 'de' });
      expect(first).toMatchObject({
        visitor: { name: 'Vera', email: null, verified: false },
        conversation: null,
        messages: [],
        head: 0,
        has_more: false,
      });
      const { message } = await say(world, first.actor, 'hi');
      await answer(world, agent, message.conversation_id, 'hello');
      const back = await visit(world, site, { visitorToken: first.visitor_token });
      expect(back).toMatchObject({
        visitor: first.visitor,
        visitor_token: first.visitor_token,
        conversation: { id: message.conversation_id, unread: 1 },
        head: 2,
        has_more: false,
      });
      expect(back.messages.map((entry) => entry.text)).toEqual(['hi', 'hello']);
    });

    it('[SEC-1] a token of another site, or of nobody, makes a new visitor', async () => {
      const { world, site } = await scene();
      const elsewhere = await visit(world, await newSite(world));
      for (const visitorToken of [elsewhere.visitor_token, 'guessed', '']) {
        const made = await visit(world, site, { visitorToken });
        expect(made.visitor_token).not.toBe(visitorToken);
        expect(made.actor.siteId).toBe(site.id);
      }
    });

    it('[SEC-2] what the site says of its visitor is kept, changed in part, and for agents alone', async () => {
      const { world, site, agent } = await scene();
      const gold = { plan: 'gold', seats: 3, trial: false, __proto__x: 'own' };
      const first = await visit(world, site, { attributes: gold });
      const { visitor_token: visitorToken } = first;
      const { message } = await say(world, first.actor, 'hi');
      const id = message.conversation_id;
      const seen = async () => (await world.conversations.entry(agent, id))?.attributes;
      expect(await seen()).toEqual(gold);
      const { head } = await visit(world, site, { visitorToken, attributes: { seats: null } });
      const again = await visit(world, site, { visitorToken, attributes: { plan: 'gold' } });
      // A change takes a place in the stream, a repeat does not.
      expect(again.head).toBe(head);
      expect(head).toBe(message.seq + 1);
      expect(await seen()).toEqual({ plan: 'gold', trial: false, __proto__x: 'own' });
      expect(JSON.stringify(again)).not.toContain('gold');

      const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`more ${n}`, n]));
      await visit(world, site, { visitorToken, attributes: many });
      const kept = (await seen()) ?? {};
      expect(Object.keys(kept)).toHaveLength(20);
      expect(kept).toMatchObject({ plan: 'gold', trial: false });
    });

    it('[SEC-6] tokens do not stand in the database', async () => {
      const { world, site } = await scene();
      const { visitor_token } = await visit(world, site);
      const rows = await world.database.query(
        world.database.sql.db.selectFrom('visitor_tokens').selectAll().compile(),
      );
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(visitor_token);
    });

    it('[SEC-2] typing an address joins nothing and verifies nobody', async () => {
      const { world, site } = await scene();
      const known = await signed(site, { sub: 'p', email: 'p@example.com' });
      const person = await visit(world, site, { identityToken: known });
      await say(world, person.actor, 'private');
      const typed = await visit(world, site, { email: 'p@example.com' });
      expect(typed).toMatchObject({ conversation: null, visitor: { verified: false } });
      expect(typed.visitor.id).not.toBe(person.visitor.id);
      expect(await world.conversations.chatsOfEmail(typed.actor, 'p@example.com')).toEqual([]);
    });

    it('[SYNC-13] verifying joins the visitor’s conversations to the person’s; one stays open', async () => {
      const { world, site, agent } = await scene();
      const token = await signed(site, { sub: 'person', name: 'Pia', email: 'pia@example.com' });
      const before = await visit(world, site, { identityToken: token });
      const older = (await say(world, before.actor, 'at home')).message.conversation_id;
      world.clock.advance(60_000);
      const phone = await visit(world, site, { name: 'someone' });
      const id = randomUUID();
      const newer = (await say(world, phone.actor, 'on the phone', id)).message.conversation_id;
      const held = {
        older: await load(world, agent, older),
        newer: await load(world, agent, newer),
      };
      world.broadcast.take();

      const joined = await visit(world, site, {
        visitorToken: phone.visitor_token,
        identityToken: token,
      });
      const published = world.broadcast.take();
      expect(joined).toMatchObject({
        visitor: { id: before.visitor.id, name: 'Pia', email: 'pia@example.com', verified: true },
        conversation: { id: newer, status: 'open' },
      });
      expect(await world.conversations.conversationOfVisitor(joined.actor, older)).toMatchObject({
        status: 'resolved',
      });
      // The moved message is still known by its id, and still the visitor's own.
      expect(await say(world, joined.actor, 'on the phone', id)).toMatchObject({ created: false });
      const [message] = joined.messages;
      await world.messages.editByVisitor(joined.actor, message?.id ?? 0, 'on my phone');
      world.broadcast.take();
      for (const [name, conversation] of [
        ['older', older],
        ['newer', newer],
      ] as const) {
        const events = streamOf(published, conversation, 'agent');
        const replayed = replay(held[name], events, 'agent');
        const fresh = await load(world, agent, conversation);
        expect(asInStream(replayed).conversation).toEqual({
          ...asInStream(fresh).conversation,
          ...(name === 'newer' ? { head: fresh.conversation.head - 1 } : {}),
        });
      }
      const all = await world.conversations.chatsOfEmail(joined.actor, 'PIA@example.com');
      expect(new Set(all.map((chat) => chat.id))).toEqual(new Set([older, newer]));
      // The visitor that was joined is gone: what it was called before opens nothing.
      expect(await world.visitors.findVisitor(phone.actor)).toBeNull();
    });

    it('[SYNC-13] a person who signs in on another person’s browser does not get their conversations', async () => {
      const { world, site } = await scene();
      const first = await visit(world, site, { identityToken: await signed(site, { sub: 'a' }) });
      await say(world, first.actor, 'a’s secret');
      const identityToken = await signed(site, { sub: 'b' });
      const { visitor_token: visitorToken } = first;
      const second = await visit(world, site, { visitorToken, identityToken });
      expect(second.visitor.id).not.toBe(first.visitor.id);
      expect(second.visitor_token).not.toBe(visitorToken);
      expect(second).toMatchObject({ conversation: null, messages: [] });
      const again = await visit(world, site, { visitorToken, identityToken });
      expect(again.visitor.id).toBe(second.visitor.id);
    });

    it('[SYNC-13] 20 browsers verify one new identity at once: one person', async () => {
      const { world, site } = await scene();
      const identityToken = await signed(site, { sub: 'crowd' });
      const all = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { visitor_token: visitorToken } = await visit(world, site);
          return visit(world, site, { visitorToken, identityToken });
        }),
      );
      expect(new Set(all.map((one) => one.visitor.id)).size).toBe(1);
    });

    it('[SEC-2] what is vouched for is not overwritten by what is typed', async () => {
      const { world, site } = await scene();
      const before = await visit(world, site, { email: 'typed@example.com' });
      const { visitor_token: visitorToken, visitor } = await visit(world, site, {
        visitorToken: before.visitor_token,
        identityToken: await signed(site, { sub: 'x' }),
      });
      expect(visitor).toMatchObject({ id: before.visitor.id, email: null, verified: true });
      const vouched = await signed(site, { sub: 'x', name: 'X', email: 'x@example.com' });
      await visit(world, site, { visitorToken, identityToken: vouched });
      const typed = { visitorToken, name: 'Boss', email: 'boss@example.com' };
      expect((await visit(world, site, typed)).visitor).toMatchObject({
        name: 'X',
        email: 'x@example.com',
      });
    });

    it('[SEC-2] a forged, foreign, eternal, expired or unsigned identity token is refused', async () => {
      const { world, site } = await scene();
      const foreign = await newSite(world);
      const now_s = Math.floor(world.clock.now_ms() / 1000);
      const unsigned = `${segment({ alg: 'none' })}.${segment({ sub: 'x', exp: now_s + 60 })}.`;
      const tokens = [
        'no token',
        unsigned,
        await signed(foreign, { sub: 'x' }),
        await signed(site, { sub: 'x' }, { exp: now_s - 60 }),
        await signed(site, { sub: 'x' }, { exp: now_s + 7 * 24 * 3600 }),
        await signed(site, {}),
        await signed(site, { sub: 'x', email: 'a\0b@example.com' }),
        await signed(site, { sub: 'x', name: 7 }),
        await signed(site, { sub: 'x' }, {}, 'HS512'),
      ];
      for (const identityToken of tokens) {
        expect(await codeOf(visit(world, site, { identityToken }))).toBe('invalid_identity_token');
      }
      // The same form, rightly made, is accepted.
      expect(
        await visit(world, site, { identityToken: await signed(site, { sub: 'x' }) }),
      ).toMatchObject({
        visitor: { verified: true },
      });
    });

    function signed(
      site: Site,
      claims: Record<string, unknown>,
      times: { exp?: number } = {},
      alg = 'HS256',
    ): Promise<string> {
      const world: World = at.world();
      const now_s = Math.floor(world.clock.now_ms() / 1000);
      return new SignJWT({ iat: now_s, exp: now_s + 300, ...claims, ...times })
        .setProtectedHeader({ alg })
        .sign(new TextEncoder().encode(site.identitySecret));
    }
  });
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
