import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { load, streamOf } from '../testing/replay.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, codeOf, newAgent, newSite, newVisitor, say } from '../testing/world.ts';
import { VISITOR_CHANGE_WINDOW_MS } from './message.ts';

const HOUR_MS = 60 * 60 * 1000;

/** SYNC-2, SYNC-7, SYNC-13: what becomes of a message that is sent, however often and when. */
export function sendContract(make: MakeDatabases): void {
  describe('sending', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const visitor = await newVisitor(world, site, 'Vera');
      return { world, site, agent, visitor };
    }

    it('[SYNC-2] 50 concurrent posts of one client_message_id make one message', async () => {
      const { world, agent, visitor } = await scene();
      const id = randomUUID();
      world.broadcast.take();
      const sent = await Promise.all(
        Array.from({ length: 50 }, () => say(world, visitor, 'hi', id)),
      );
      expect(sent.filter((one) => one.created)).toHaveLength(1);
      expect(new Set(sent.map((one) => one.message.id)).size).toBe(1);
      const conversation = sent[0]?.message.conversation_id ?? 0;
      expect((await load(world, agent, conversation)).messages).toHaveLength(1);
      expect(streamOf(world.broadcast.take(), conversation, 'agent')).toHaveLength(1);

      const replyId = randomUUID();
      const replies = await Promise.all(
        Array.from({ length: 50 }, () =>
          answer(world, agent, conversation, 'yes', { id: replyId }),
        ),
      );
      expect(replies.filter((one) => one.created)).toHaveLength(1);
      expect((await load(world, agent, conversation)).messages).toHaveLength(2);
    });

    it('[SYNC-2] one client_message_id to several nodes at once makes one message', async () => {
      const { world, visitor } = await scene();
      const other = await at.another();
      const id = randomUUID();
      const sent = await Promise.all(
        Array.from({ length: 20 }, (_, n) => say(n % 2 ? world : other, visitor, 'hi', id)),
      );
      expect(sent.filter((one) => one.created)).toHaveLength(1);
      expect(new Set(sent.map((one) => one.message.id)).size).toBe(1);
    });

    it('[SYNC-2] the id is known after an edit, a deletion, resolving and a restart', async () => {
      const { world, agent, visitor } = await scene();
      const id = randomUUID();
      const first = await say(world, visitor, 'hi', id);
      const conversation = first.message.conversation_id;
      const again = () => say(world, visitor, 'hi', id);
      expect(await again()).toEqual({ ...first, created: false, began: false });

      await world.messages.editByVisitor(visitor, first.message.id, 'hello');
      expect(await again()).toMatchObject({ created: false, message: { text: 'hello' } });
      await world.messages.deleteByVisitor(visitor, first.message.id);
      expect(await again()).toMatchObject({ created: false, message: { text: '' } });
      await world.conversations.patch(agent, conversation, { status: 'resolved' });
      world.clock.advance(1_000 * HOUR_MS);
      expect(await again()).toMatchObject({ created: false, message: { id: first.message.id } });
      // A repeat is no new message: it reopens nothing and starts nothing.
      expect(await world.conversations.entry(agent, conversation)).toMatchObject({
        status: 'resolved',
      });
      const restarted = await at.another();
      expect(await say(restarted, visitor, 'hi', id.toUpperCase())).toMatchObject({
        created: false,
        message: { id: first.message.id },
      });
    });

    it('[SYNC-2] the same id with another body is a conflict, and writes nothing', async () => {
      const { world, agent, visitor } = await scene();
      const id = randomUUID();
      const { message } = await say(world, visitor, 'hi', id);
      await world.messages.editByVisitor(visitor, message.id, 'edited');
      for (const text of ['edited', 'hi ', 'HI']) {
        expect(await codeOf(say(world, visitor, text, id))).toBe('client_message_id_conflict');
      }
      const to = message.conversation_id;
      const reply = { id: randomUUID(), private: false };
      await answer(world, agent, to, 'yes', reply);
      const conflicts = [
        () => answer(world, agent, to, 'no', reply),
        () => answer(world, agent, to, 'yes', { ...reply, private: true }),
      ];
      for (const conflict of conflicts) {
        expect(await codeOf(conflict())).toBe('client_message_id_conflict');
      }
      expect((await load(world, agent, to)).messages).toHaveLength(2);
    });

    it('[SYNC-2] an agent’s id in two conversations at once: one message, one conflict', async () => {
      const { world, site, agent, visitor } = await scene();
      const other = await newVisitor(world, site);
      const places = await Promise.all([say(world, visitor, 'a'), say(world, other, 'b')]);
      for (let round = 0; round < 5; round += 1) {
        const id = randomUUID();
        const outcomes = await Promise.allSettled(
          places.map((place) => answer(world, agent, place.message.conversation_id, 'x', { id })),
        );
        expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
        const refused = outcomes.find((outcome) => outcome.status === 'rejected');
        expect(refused?.reason).toMatchObject({ code: 'client_message_id_conflict' });
      }
    });

    it('[SYNC-2] two senders may use the same id', async () => {
      const { world, site, agent, visitor } = await scene();
      const other = await newVisitor(world, site);
      const id = randomUUID();
      const mine = await say(world, visitor, 'mine', id);
      const theirs = await say(world, other, 'theirs', id);
      expect(theirs).toMatchObject({ created: true });
      expect(
        await answer(world, agent, mine.message.conversation_id, 'agent', { id }),
      ).toMatchObject({ created: true });
    });

    it('[SYNC-13] 50 concurrent first messages make one conversation', async () => {
      const { world, agent, visitor } = await scene();
      world.broadcast.take();
      const sent = await Promise.all(
        Array.from({ length: 50 }, (_, n) => say(world, visitor, `message ${n}`)),
      );
      expect(new Set(sent.map((one) => one.message.conversation_id)).size).toBe(1);
      const started = world.broadcast
        .take()
        .filter((publication) => publication.event === 'ChatConversationStarted');
      expect(started).toHaveLength(1);
      expect(started[0]).toMatchObject({ data: { conversation: { head: 0 } } });
      const id = sent[0]?.message.conversation_id ?? 0;
      expect((await load(world, agent, id)).messages.map((entry) => entry.seq)).toEqual(
        Array.from({ length: 50 }, (_, n) => n + 1),
      );
    });

    it('[SYNC-13] within the window the next message reopens, later it starts a new one', async () => {
      const { world, agent, visitor, site } = await scene();
      const { message } = await say(world, visitor, 'hi');
      const id = message.conversation_id;
      const resolve = () => world.conversations.patch(agent, id, { status: 'resolved' });
      await resolve();
      world.clock.advance(site.settings.reopen_window_s * 1_000);
      expect(await world.conversations.currentConversation(visitor)).toMatchObject({ id });
      expect(
        (await world.conversations.currentOf([visitor.visitorId])).get(visitor.visitorId),
      ).toBe(id);
      world.broadcast.take();
      const back = await say(world, visitor, 'me again');
      expect(back.message.conversation_id).toBe(id);
      const events = streamOf(world.broadcast.take(), id, 'visitor');
      expect(events.map((event) => event.event)).toEqual([
        'ChatConversationUpdated',
        'ChatMessageReceived',
      ]);
      expect(events[0]?.data).toMatchObject({ status: 'open', seq: 3 });

      await resolve();
      world.clock.advance(site.settings.reopen_window_s * 1_000 + 1);
      expect(await world.conversations.currentConversation(visitor)).toBeNull();
      expect((await world.conversations.currentOf([visitor.visitorId])).size).toBe(0);
      const fresh = await say(world, visitor, 'something else');
      expect(fresh.message).toMatchObject({ seq: 1 });
      expect(fresh.message.conversation_id).not.toBe(id);
      const current = await world.conversations.currentOf([visitor.visitorId]);
      expect([...current]).toEqual([[visitor.visitorId, fresh.message.conversation_id]]);
    });

    it('[SYNC-13] a snoozed or pending conversation is open again when the visitor writes', async () => {
      const { world, agent, visitor } = await scene();
      const { message } = await say(world, visitor, 'hi');
      const id = message.conversation_id;
      for (const status of ['snoozed', 'pending'] as const) {
        await world.conversations.patch(agent, id, { status });
        await say(world, visitor, 'still there?');
        expect(await world.conversations.entry(agent, id)).toMatchObject({ status: 'open' });
      }
    });

    it('[SYNC-13] reopening beside another conversation is refused, also against a racing message', async () => {
      const { world, agent, visitor, site } = await scene();
      for (let round = 0; round < 5; round += 1) {
        const { message } = await say(world, visitor, 'hi');
        const id = message.conversation_id;
        await world.conversations.patch(agent, id, { status: 'resolved' });
        world.clock.advance(site.settings.reopen_window_s * 1_000 + 1);
        const [reopened, sent] = await Promise.all([
          codeOf(world.conversations.patch(agent, id, { status: 'open' })),
          say(world, visitor, 'new'),
        ]);
        // Whoever came first decides; two that are not resolved there never are.
        if (reopened === 'visitor_has_open_conversation') {
          expect(sent.message.conversation_id).not.toBe(id);
        } else {
          expect(sent.message.conversation_id).toBe(id);
        }
        const open = await world.conversations.inbox(agent, { status: 'open' });
        expect(open.conversations).toHaveLength(1);
        await world.conversations.patch(agent, sent.message.conversation_id, {
          status: 'resolved',
        });
        world.clock.advance(site.settings.reopen_window_s * 1_000 + 1);
      }
    });

    it('[SYNC-7] visitors edit and delete their own within 15 minutes, agents their own, admins any', async () => {
      const { world, site, agent, visitor } = await scene();
      const admin = await newAgent(world, [{ site, role: 'admin' }]);
      const { message: mine } = await say(world, visitor, 'mine');
      const to = mine.conversation_id;
      const { message: theirs } = await answer(world, agent, to, 'theirs');
      const { message: note } = await answer(world, agent, to, 'note', { private: true });
      const { messages } = world;

      expect(await codeOf(messages.editByVisitor(visitor, theirs.id, 'x'))).toBe('forbidden');
      expect(await codeOf(messages.deleteByVisitor(visitor, note.id))).toBe('not_found');
      expect(await codeOf(messages.editByAgent(agent, to, mine.id, 'x'))).toBe('forbidden');
      world.clock.advance(VISITOR_CHANGE_WINDOW_MS);
      expect(await messages.editByVisitor(visitor, mine.id, 'changed')).toMatchObject({
        message: { text: 'changed', edited_at: expect.any(String) as unknown },
      });
      world.clock.advance(1);
      expect(await codeOf(messages.editByVisitor(visitor, mine.id, 'late'))).toBe('too_late');
      expect(await codeOf(messages.deleteByVisitor(visitor, mine.id))).toBe('too_late');
      await messages.editByAgent(agent, to, theirs.id, 'changed too');
      await messages.editByAgent(admin, to, mine.id, 'by an admin');
      const gone = await messages.deleteByAgent(admin, to, theirs.id);
      expect(gone.message).toMatchObject({
        text: '',
        attachments: [],
        deleted_at: expect.any(String) as unknown,
      });
      expect(await codeOf(messages.editByAgent(agent, to, theirs.id, 'x'))).toBe('message_deleted');
      world.broadcast.take();
      expect(await messages.deleteByAgent(agent, to, theirs.id)).toEqual(gone);
      expect(world.broadcast.take()).toEqual([]);
      const { messages: left } = await load(world, visitor, to);
      expect(left.map((entry) => entry.text)).toEqual(['by an admin', '']);
    });

    it('[SYNC-2] a visitor cannot write into a conversation that it names but does not have', async () => {
      const { world, site, visitor } = await scene();
      const other = await newVisitor(world, site);
      const { message } = await say(world, other, 'mine');
      for (const conversation_id of [message.conversation_id, Number.MAX_SAFE_INTEGER]) {
        const attempt = world.messages.sendByVisitor(visitor, {
          text: 'x',
          client_message_id: undefined,
          conversation_id,
          files: null,
        });
        expect(await codeOf(attempt)).toBe('not_found');
      }
      assert.equal((await load(world, other, message.conversation_id)).messages.length, 1);
    });

    it('[SPEC-9] text comes back byte for byte; what cannot be kept is refused', async () => {
      const { world, agent, visitor } = await scene();
      const texts = [
        '👩‍👩‍👧 ﷽ \u{10FFFF}',
        'a\r\n\tb \u00A0\u2028',
        "'; drop table messages; --",
        '\u0001\u007F\uFEFF',
        'e\u0301 é',
      ];
      for (const text of texts) {
        const { message } = await say(world, visitor, text);
        expect(message.text).toBe(text);
        const held = await load(world, agent, message.conversation_id);
        expect(held.messages.at(-1)?.text).toBe(text);
      }
      for (const text of ['a\0b', '\uD800', 'x\uDC00y']) {
        expect(await codeOf(say(world, visitor, text))).toBe('invalid_request');
      }
    });
  });
}
