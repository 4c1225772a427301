import { describe, expect, it } from 'vitest';
import type { AgentActor } from '../actor.ts';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { startJobWorker } from '../job/job.worker.ts';
import {
  answer,
  codeOf,
  joinSite,
  newAgent,
  newSite,
  newVisitor,
  say,
  type Published,
  type World,
} from '../testing/world.ts';

/** By what agents keep their conversations in order: priority, snooze, teams, labels, mentions. */
export function orderContract(make: MakeDatabases): void {
  describe('keeping order', () => {
    const at = withWorld(make);

    async function scene() {
      const world = at.world();
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site, role: 'admin' }]);
      const visitor = await newVisitor(world, site);
      const { message } = await say(world, visitor, 'hi');
      world.broadcast.take();
      return { world, site, agent, visitor, id: message.conversation_id };
    }

    it('[SYNC-7] priority, team and time to wake take a place in the agent stream alone', async () => {
      const { world, site, agent, id } = await scene();
      const { id: teamId } = await world.teams.createTeam(agent, {
        site_id: site.id,
        name: 'Billing',
        member_ids: [agent.agentId],
      });
      const entry = await world.conversations.patch(agent, id, {
        priority: 'urgent',
        team_id: teamId,
        add_labels: ['a', 'b'],
      });
      expect(entry).toMatchObject({
        priority: 'urgent',
        team: { id: teamId, name: 'Billing' },
        labels: ['a', 'b'],
        head: 2,
      });
      expect(channelsOf(world.broadcast.take())).toEqual(['agents', 'inbox']);
      const again = await world.conversations.patch(agent, id, {
        priority: 'urgent',
        remove_labels: ['c'],
      });
      expect(again.head).toBe(2);
      expect(world.broadcast.take()).toEqual([]);
      // With a status that the visitor sees, the visitor hears of that, and of nothing else.
      await world.conversations.patch(agent, id, {
        snoozed_until: inSeconds(world, 60),
        remove_labels: ['a'],
      });
      const shown = world.broadcast.take().find(({ channel }) => !/agents|inbox/.test(channel));
      expect(shown?.data).toMatchObject({ status: 'snoozed' });
      for (const field of ['priority', 'team', 'labels', 'snoozed_until']) {
        expect(shown?.data).not.toHaveProperty(field);
      }
    });

    it('a snoozed conversation wakes at its time, by a job, once; sooner when the visitor writes', async () => {
      const { world, agent, visitor, id } = await scene();
      const [soon, later] = [inSeconds(world, 100), inSeconds(world, 3_600)];
      await world.conversations.patch(agent, id, { snoozed_until: later });
      expect(await world.conversations.patch(agent, id, { snoozed_until: soon })).toMatchObject({
        status: 'snoozed',
        snoozed_until: soon,
      });
      await work(world);
      expect(await world.conversations.entry(agent, id)).toMatchObject({ status: 'snoozed' });
      world.clock.advance(100_000);
      world.broadcast.take();
      await work(world);
      const woken = await world.conversations.entry(agent, id);
      expect(woken).toMatchObject({ status: 'open' });
      expect(woken).not.toHaveProperty('snoozed_until');
      // Others of this suite sleep as well.
      const own = world.broadcast.take().filter((event) => event.conversationId === id);
      expect(channelsOf(own)).toEqual(['visitor', 'agents', 'inbox']);
      // The other job comes too late: it was for a sleep that is over.
      await world.conversations.patch(agent, id, { status: 'pending' });
      world.clock.advance(3_600_000);
      await work(world);
      expect(await world.conversations.entry(agent, id)).toMatchObject({ status: 'pending' });

      await world.conversations.patch(agent, id, { snoozed_until: inSeconds(world, 60) });
      await say(world, visitor, 'still there?');
      const heard = await world.conversations.entry(agent, id);
      expect(heard).toMatchObject({ status: 'open' });
      expect(heard).not.toHaveProperty('snoozed_until');
    });

    it('refuses what makes no sense, and changes nothing', async () => {
      const { world, agent, id } = await scene();
      const elsewhere = await newSite(world);
      const owner = await newAgent(world, [{ site: elsewhere, role: 'owner' }]);
      const foreign = await world.teams.createTeam(owner, {
        site_id: elsewhere.id,
        name: 'Theirs',
        member_ids: [owner.agentId, agent.agentId],
      });
      expect(foreign.members.map((member) => member.id)).toEqual([owner.agentId]);
      const labels = (prefix: string) => Array.from({ length: 20 }, (_, n) => `${prefix}${n}`);
      await world.conversations.patch(agent, id, { labels: labels('a') });
      const before = await world.conversations.entry(agent, id);
      for (const patch of [
        { team_id: foreign.id },
        { team_id: 999_999 },
        { snoozed_until: inSeconds(world, -1) },
        { snoozed_until: inSeconds(world, 10 * 366 * 86_400) },
        { snoozed_until: inSeconds(world, 60), status: 'open' },
        { add_labels: labels('b') },
      ] as const) {
        expect(await codeOf(world.conversations.patch(agent, id, patch))).toBe('invalid_request');
      }
      expect(await world.conversations.entry(agent, id)).toEqual(before);
    });

    it('[SEC-1] labels and teams are made by admins, of their sites', async () => {
      const { world, site, agent, id } = await scene();
      const plain = await newAgent(world, [{ site }], 'Grace');
      const stranger = await newAgent(world, [{ site: await newSite(world), role: 'owner' }]);
      const label = { site_id: site.id, name: ' vip ', color: 'red' } as const;
      expect(await codeOf(world.labels.createLabel(plain, label))).toBe('forbidden');
      expect(await codeOf(world.labels.createLabel(stranger, label))).toBe('not_found');
      const made = await world.labels.createLabel(agent, label);
      expect(made).toEqual({ id: made.id, site_id: site.id, name: 'vip', color: 'red' });
      expect(await codeOf(world.labels.createLabel(agent, label))).toBe('name_taken');
      await world.conversations.patch(plain, id, { labels: ['vip'] });
      expect(await world.labels.recolorLabel(agent, made.id, 'teal')).toMatchObject({
        color: 'teal',
      });
      expect(await world.labels.labelsOf(plain)).toEqual([{ ...made, color: 'teal' }]);
      expect(await world.labels.labelsOf(stranger)).toEqual([]);
      expect(await codeOf(world.labels.deleteLabel(stranger, made.id))).toBe('not_found');
      await world.labels.deleteLabel(agent, made.id);
      expect(await world.conversations.entry(agent, id)).toMatchObject({ labels: ['vip'] });

      const team = { site_id: site.id, name: 'Support', member_ids: [plain.agentId] };
      expect(await codeOf(world.teams.createTeam(plain, team))).toBe('forbidden');
      const support = await world.teams.createTeam(agent, team);
      expect(support.members).toEqual([{ id: plain.agentId, name: 'Grace' }]);
      expect(await codeOf(world.teams.createTeam(agent, team))).toBe('name_taken');
      expect(await codeOf(world.teams.patchTeam(stranger, support.id, {}))).toBe('not_found');
      const renamed = await world.teams.patchTeam(agent, support.id, {
        name: 'First line',
        member_ids: [agent.agentId, plain.agentId, stranger.agentId],
      });
      expect(renamed).toMatchObject({ name: 'First line' });
      expect(renamed.members).toHaveLength(2);
      await world.conversations.patch(plain, id, { team_id: support.id });
      await world.teams.deleteTeam(agent, support.id);
      expect(await world.teams.teamsOf(plain)).toEqual([]);
      expect(await world.conversations.entry(agent, id)).not.toHaveProperty('team');
    });

    it('a note names colleagues, who read that away; edited and deleted notes name them no longer', async () => {
      const { world, site, agent, id } = await scene();
      const grace = await newAgent(world, [{ site }], 'Grace Hopper');
      const bob = await newAgent(world, [{ site: await newSite(world) }], 'Bob');
      const named = (who: AgentActor) => world.mentions.mentionedIn(who);
      await answer(world, agent, id, 'thanks @Grace Hopper');
      expect(await named(grace)).toEqual([]);
      const note = (text: string) => answer(world, agent, id, text, { private: true });
      const { message } = await note('@grace hopper and @Bob and @Ada Agent, look');
      expect(await named(grace)).toEqual([id]);
      // Not of this site, and the author.
      expect(await named(bob)).toEqual([]);
      expect(await named(agent)).toEqual([]);
      const inbox = await world.conversations.inbox(grace, { mentioned: 'me' });
      expect(inbox.conversations.map((entry) => entry.id)).toEqual([id]);
      await world.messages.editByAgent(agent, id, message.id, 'never mind');
      expect(await named(grace)).toEqual([]);
      const second = await note('@Grace Hopper!');
      expect(await named(grace)).toEqual([id]);
      await world.messages.deleteByAgent(agent, id, second.message.id);
      expect(await named(grace)).toEqual([]);
      await note('@Grace Hopper?');
      await world.mentions.seen(grace, id);
      expect(await named(grace)).toEqual([]);
    });

    it('an agent knows the colleagues of its own sites', async () => {
      const { world, site, agent } = await scene();
      const grace = await newAgent(world, [{ site }], 'Grace');
      const other = await newSite(world);
      const both = await joinSite(world, grace, other, 'agent');
      const colleagues = await world.agents.colleaguesOf(agent);
      expect(colleagues).toEqual([
        { id: agent.agentId, name: 'Ada Agent', siteIds: [site.id], away: false },
        { id: grace.agentId, name: 'Grace', siteIds: [site.id], away: false },
      ]);
      const own = (await world.agents.colleaguesOf(both)).find(({ id }) => id === grace.agentId);
      expect(own?.siteIds).toEqual([site.id, other.id]);
    });
  });
}

function inSeconds(world: World, seconds: number): number {
  return Math.floor(world.clock.now_ms() / 1_000) + seconds;
}

function channelsOf(published: readonly Published[]): string[] {
  return published.map(({ channel }) => /\.(agents|inbox)$/.exec(channel)?.[1] ?? 'visitor');
}

/** Works what is due now, and nothing that is not. */
async function work(world: World): Promise<void> {
  const nothing = (): void => undefined;
  const silent = { info: nothing, debug: nothing, warn: nothing, error: nothing };
  const worker = startJobWorker({
    ...world,
    handlers: world.handlers,
    logger: silent,
    random: () => 0,
  });
  await worker.stop();
}
