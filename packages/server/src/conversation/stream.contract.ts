import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentActor, VisitorActor } from '../actor.ts';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import { asInStream, catchUp, load, replay, streamOf, type Held } from '../testing/replay.ts';
import {
  answer,
  createWorld,
  joinSite,
  newAgent,
  newSite,
  say,
  visit,
  type World,
} from '../testing/world.ts';

/** SYNC-3, SYNC-5, SYNC-7, SYNC-12: both streams of a conversation, whatever is done to it. */
export function streamContract(make: MakeDatabases): void {
  describe('streams', () => {
    let databases: TestDatabases;
    let world: World;
    let staff: Staff;
    beforeAll(async () => {
      databases = await make();
      world = createWorld(await databases.open());
      staff = { agent: await newAgent(world, []), admin: await newAgent(world, []) };
    });
    afterAll(async () => {
      await world.database.close();
      await databases.discard();
    });

    it('[SYNC-5] stale state + events = fresh load, for every command, in both streams', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 25 }), async (commands) => {
          const story = await begin(world, staff);
          for (const next of commands) {
            await story.check(() => perform(world, story, next));
          }
          await story.checkDelta();
        }),
        { numRuns: 40 },
      );
    }, 60_000);

    it('[SYNC-3] 50 concurrent commands of several senders: dense, the same order in both', async () => {
      const site = await newSite(world);
      const { actor: visitor } = await visit(world, site, { name: 'Vera' });
      const agents = [await newAgent(world, [{ site }]), await newAgent(world, [{ site }])];
      const { message } = await say(world, visitor, 'first');
      const id = message.conversation_id;
      world.broadcast.take();
      const [ada, bob] = agents;
      assert(ada && bob);
      const before = { visitor: await load(world, visitor, id), agent: await load(world, ada, id) };

      await Promise.all(
        Array.from({ length: 50 }, async (_, n) => {
          if (n % 5 === 0) return answer(world, ada, id, `note ${n}`, { private: true });
          if (n % 5 === 1) return answer(world, bob, id, `answer ${n}`);
          if (n % 5 === 2) return world.conversations.markReadByAgent(ada, id, undefined);
          if (n % 5 === 3) return world.conversations.patch(bob, id, { labels: [`label ${n}`] });
          return say(world, visitor, `message ${n}`);
        }),
      );

      const published = world.broadcast.take();
      for (const [audience, reader] of [
        ['visitor', visitor],
        ['agent', ada],
      ] as const) {
        const events = streamOf(published, id, audience).toSorted(
          (a, b) => a.data.seq - b.data.seq,
        );
        const fresh = await load(world, reader, id);
        expect(asInStream(replay(before[audience], events, audience))).toEqual(asInStream(fresh));
      }
      const asVisitor = await load(world, visitor, id);
      const asAgent = await load(world, ada, id);
      const shared = asAgent.messages.filter((entry) => !entry.private);
      expect(asVisitor.messages.map((entry) => entry.id)).toEqual(shared.map((entry) => entry.id));
      expect(asAgent.messages).toHaveLength(31);
    });

    it('[SYNC-7] the visitor stream shows no notes, no labels, no address of an agent', async () => {
      const story = await begin(world, staff);
      await answer(world, story.admin, story.id, 'secret note', { private: true });
      await world.conversations.patch(story.admin, story.id, {
        labels: ['secret label'],
        assignee_id: story.admin.agentId,
      });
      await answer(world, story.admin, story.id, 'hello');
      const held = JSON.stringify([
        await load(world, story.visitor, story.id),
        streamOf(world.broadcast.published, story.id, 'visitor'),
        await visit(world, story.site, { visitorToken: story.token }),
        await world.conversations.chatsOfEmail(story.visitor, 'vera@example.com'),
      ]);
      expect(held).toContain('hello');
      expect(held).not.toMatch(/secret|agents\.example/);
      expect(JSON.stringify(await load(world, story.admin, story.id))).toContain('secret note');
    });

    it('[SYNC-3] a note takes no place in the visitor stream', async () => {
      const story = await begin(world, staff);
      const before = await load(world, story.visitor, story.id);
      await answer(world, story.agent, story.id, 'note', { private: true });
      expect(await load(world, story.visitor, story.id)).toEqual(before);
      const next = await say(world, story.visitor, 'next');
      expect(next.message.seq).toBe(before.conversation.head + 1);
    });

    it('[SYNC-12] a mark stands on a message of the other side, never goes back, and costs no place where nothing changes', async () => {
      const story = await begin(world, staff);
      const { message } = await answer(world, story.agent, story.id, 'one');
      await say(world, story.visitor, 'mine');
      const visible = (await load(world, story.visitor, story.id)).messages.find(
        (entry) => entry.id === message.id,
      );
      assert(visible);
      const read = (upTo: number) =>
        world.conversations.markReadByVisitor(story.visitor, story.id, upTo);
      const first = await read(Number.MAX_SAFE_INTEGER);
      expect(first).toMatchObject({ up_to: visible.seq, unread: 0 });
      world.broadcast.take();
      for (const upTo of [0, 1, visible.seq, first.head]) expect(await read(upTo)).toEqual(first);
      expect(world.broadcast.take()).toEqual([]);
    });

    it('[SYNC-12] reading up to a place leaves what is newer unread', async () => {
      const { visitor, agent, id } = await begin(world, staff);
      const { conversations } = world;
      await answer(world, agent, id, 'one');
      await answer(world, agent, id, 'note', { private: true });
      await answer(world, agent, id, 'two');
      await say(world, visitor, 'mine');
      expect(await conversations.markReadByVisitor(visitor, id, 2)).toMatchObject({
        up_to: 2,
        unread: 1,
      });
      expect(await conversations.markReadByAgent(agent, id, 4)).toMatchObject({
        up_to: 1,
        unread: 1,
      });
      expect(await conversations.entry(agent, id)).toMatchObject({
        visitor_read_up_to: 2,
        agent_read_up_to: 1,
        unread: 1,
      });
    });

    it('[SYNC-5] a cursor ahead of everything is answered with the head', async () => {
      const story = await begin(world, staff);
      const page = await world.conversations.messagesOfVisitor(story.visitor, story.id, {
        after: Number.MAX_SAFE_INTEGER,
      });
      expect(page).toMatchObject({ messages: [], has_more: false, cursor: page?.head });
    });
  });
}

type Command =
  | { do: 'say' | 'reply' | 'note' | 'edit own' | 'edit as admin'; text: string; pick: number }
  | { do: 'delete own' | 'delete as admin'; pick: number }
  | { do: 'visitor reads' | 'agent reads'; share: number }
  | {
      do: 'patch';
      status?: 'open' | 'pending' | 'snoozed' | 'resolved';
      labels?: string[];
      assign?: boolean;
      category?: 'human-chats' | 'ai-chats';
    }
  | { do: 'rename'; name: string };

const text = fc.oneof(
  fc.constantFrom('hello', '  spaces\nand lines ', '👩‍👩‍👧 familie', '<b>&amp;', '%_\\'),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((value) => !value.includes('\0')),
);
const pick = fc.nat(100);

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constantFrom('say', 'reply', 'note', 'edit own', 'edit as admin'),
    text,
    pick,
  }) as fc.Arbitrary<Command>,
  fc.record({
    do: fc.constantFrom('delete own', 'delete as admin'),
    pick,
  }) as fc.Arbitrary<Command>,
  fc.record({
    do: fc.constantFrom('visitor reads', 'agent reads'),
    share: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
  }) as fc.Arbitrary<Command>,
  fc.record(
    {
      do: fc.constant('patch'),
      status: fc.constantFrom('open', 'pending', 'snoozed', 'resolved'),
      labels: fc.subarray(['a', 'b', 'c']),
      assign: fc.boolean(),
      category: fc.constantFrom('human-chats', 'ai-chats'),
    },
    { requiredKeys: ['do'] },
  ) as fc.Arbitrary<Command>,
  fc.record({ do: fc.constant('rename'), name: text }) as fc.Arbitrary<Command>,
);

interface Staff {
  readonly agent: AgentActor;
  readonly admin: AgentActor;
}

type Story = Awaited<ReturnType<typeof begin>>;

/** A conversation with a visitor, an agent and an admin, and what their pages hold. */
async function begin(world: World, staff: Staff) {
  const site = await newSite(world);
  const agent = await joinSite(world, staff.agent, site, 'agent');
  const admin = await joinSite(world, staff.admin, site, 'admin');
  const { actor: visitor, visitor_token: token } = await visit(world, site, {
    name: 'Vera',
    email: 'vera@example.com',
  });
  const { message } = await say(world, visitor, 'first');
  const id = message.conversation_id;
  world.broadcast.take();
  const stale = { visitor: await load(world, visitor, id), agent: await load(world, agent, id) };
  let held = stale;

  /** Runs a command, and compares what its events make of the pages with what a fetch gives. */
  const check = async (act: () => Promise<unknown>): Promise<void> => {
    world.clock.advance(1_000);
    await act();
    const published = world.broadcast.take();
    const fresh = { visitor: await load(world, visitor, id), agent: await load(world, agent, id) };
    for (const audience of ['visitor', 'agent'] as const) {
      const events = streamOf(published, id, audience);
      expect(asInStream(replay(held[audience], events, audience))).toEqual(
        asInStream(fresh[audience]),
      );
    }
    const rows = published.filter((publication) => publication.event === 'ChatInboxUpdated');
    const changed = fresh.agent.conversation.head !== held.agent.conversation.head;
    expect(rows.length > 0).toBe(changed);
    const entry = await world.conversations.entry(agent, id);
    if (changed) expect(rows.at(-1)?.data).toEqual({ conversation: entry });
    expect(fresh.agent.conversation).toEqual(entry);
    held = fresh;
  };

  /** A page that slept all the time fetches once, in small pages. */
  const checkDelta = async (): Promise<void> => {
    for (const audience of ['visitor', 'agent'] as const) {
      const reader: VisitorActor | AgentActor = audience === 'visitor' ? visitor : agent;
      expect(await catchUp(world, reader, id, stale[audience])).toEqual(held[audience]);
    }
  };
  return {
    site,
    agent,
    admin,
    visitor,
    token,
    id,
    check,
    checkDelta,
    held: (): Held => held.agent,
  };
}

async function perform(world: World, story: Story, command: Command): Promise<unknown> {
  const { conversations, messages } = world;
  const { visitor, agent, admin, id } = story;
  const all = story.held().messages;
  const own = all.filter((message) => message.sender_type === 'visitor');
  const at = <T>(list: readonly T[], n: number): T | undefined => list[n % (list.length || 1)];
  try {
    switch (command.do) {
      case 'say':
        return await say(world, visitor, command.text, randomUUID());
      case 'reply':
        return await answer(world, agent, id, command.text);
      case 'note':
        return await answer(world, agent, id, command.text, { private: true });
      case 'edit own':
        return await messages.editByVisitor(visitor, at(own, command.pick)?.id ?? 0, command.text);
      case 'delete own':
        return await messages.deleteByVisitor(visitor, at(own, command.pick)?.id ?? 0);
      case 'edit as admin':
        return await messages.editByAgent(admin, id, at(all, command.pick)?.id ?? 0, command.text);
      case 'delete as admin':
        return await messages.deleteByAgent(admin, id, at(all, command.pick)?.id ?? 0);
      case 'visitor reads': {
        const head = (await conversations.headsOf([id])).get(id)?.visitor;
        const upTo = Math.floor((head ?? 0) * command.share);
        return await conversations.markReadByVisitor(visitor, id, upTo);
      }
      case 'agent reads': {
        const upTo = Math.floor(story.held().conversation.head * command.share);
        return await conversations.markReadByAgent(agent, id, upTo);
      }
      case 'patch': {
        const { status, labels, category, assign } = command;
        const assignee = assign === undefined ? {} : { assignee_id: assign ? agent.agentId : null };
        return await conversations.patch(agent, id, { status, labels, category, ...assignee });
      }
      case 'rename':
        return await visit(world, story.site, { visitorToken: story.token, name: command.name });
    }
  } catch (error) {
    // The only refusal that these commands can meet; that nothing was written is checked as well.
    if (error instanceof Error && 'code' in error && error.code === 'message_deleted') return null;
    throw error;
  }
}
