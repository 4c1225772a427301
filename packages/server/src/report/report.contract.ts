import type { ReportFigures } from '@parley/protocol';
import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, newAgent, newSite, newVisitor, say } from '../testing/world.ts';
import { createReportQueries } from './report.queries.ts';

const MINUTE_MS = 60_000;

const NOTHING: ReportFigures = {
  conversations: 0,
  answered: 0,
  resolved: 0,
  first_response: null,
  waiting: null,
  resolution: null,
  scores: [0, 0, 0, 0, 0],
};

/** What happened, in figures that were computed by hand. */
export function reportContract(make: MakeDatabases): void {
  describe('reports', () => {
    const at = withWorld(make);

    it('[SEC-1] count what began on the days of a zone, how long visitors waited and for whom, on the asked sites alone', async () => {
      const world = at.world();
      const [site, other] = [await newSite(world), await newSite(world)];
      const ada = await newAgent(world, [{ site }, { site: other }], 'Ada');
      const bob = await newAgent(world, [{ site }], 'Bob');
      const begin = async (where = site) => {
        const visitor = await newVisitor(world, where);
        const { message } = await say(world, visitor, 'Hello');
        return { visitor, id: message.conversation_id };
      };
      const later = (minutes: number) => world.clock.advance(minutes * MINUTE_MS);

      // 12:00 in UTC. A note is no answer; who writes twice waits since the first.
      const first = await begin();
      later(0.5);
      await answer(world, ada, first.id, 'Who takes it?', { private: true });
      later(0.5);
      const { message } = await answer(world, ada, first.id, 'Hi');
      // Taken back, it was an answer all the same.
      await world.messages.deleteByAgent(ada, first.id, message.id);
      later(1);
      await say(world, first.visitor, 'And now?');
      later(1);
      await say(world, first.visitor, 'Hello?');
      later(2);
      await answer(world, bob, first.id, 'Now this');
      await answer(world, ada, first.id, 'And that');
      later(5);
      await world.conversations.patch(ada, first.id, {
        status: 'resolved',
        assignee_id: ada.agentId,
      });
      await world.conversations.rateByVisitor(first.visitor, first.id, { score: 4, comment: null });
      // 12:10, and 12:20, which nobody answers.
      const second = await begin();
      later(10);
      await answer(world, ada, second.id, 'Hi');
      await begin();
      await answer(world, ada, (await begin(other)).id, 'Hi');
      // 23:30, which is the next day in Berlin.
      later(11 * 60 + 10);
      const fourth = await begin();
      later(0.5);
      await answer(world, bob, fourth.id, 'Hi');

      const reports = createReportQueries(world);
      const berlin = { from: '2026-11-21', to: '2026-11-22', zone: 'Europe/Berlin' };
      const made = await reports.report([site.id], berlin);
      const total: ReportFigures = {
        conversations: 4,
        answered: 3,
        resolved: 1,
        first_response: { count: 3, median_s: 60, p90_s: 600, mean_s: 230 },
        waiting: { count: 4, median_s: 120, p90_s: 600, mean_s: 218 },
        resolution: { count: 1, median_s: 600, p90_s: 600, mean_s: 600 },
        scores: [0, 0, 0, 1, 0],
      };
      expect(made).toMatchObject({
        total,
        previous: { from: '2026-11-19', to: '2026-11-20', total: NOTHING },
        sites: [{ id: site.id, name: site.name, figures: total }],
      });
      expect(made.days.map(({ day, figures }) => [day, figures.conversations])).toEqual([
        ['2026-11-21', 3],
        ['2026-11-22', 1],
      ]);
      const half = { count: 1, median_s: 30, p90_s: 30, mean_s: 30 };
      expect(made.agents).toEqual([
        {
          id: ada.agentId,
          name: 'Ada',
          figures: {
            ...total,
            conversations: 2,
            answered: 2,
            first_response: { count: 2, median_s: 330, p90_s: 600, mean_s: 330 },
            waiting: { count: 2, median_s: 330, p90_s: 600, mean_s: 330 },
          },
        },
        {
          id: bob.agentId,
          name: 'Bob',
          figures: {
            ...NOTHING,
            conversations: 2,
            answered: 2,
            // Nobody has it, and he answered last.
            first_response: half,
            waiting: { count: 2, median_s: 105, p90_s: 180, mean_s: 105 },
          },
        },
      ]);
      // Saturday from 13 to 14, Sunday from 0 to 1.
      expect(
        made.hours.map(({ weekday, hour, conversations }) => [weekday, hour, conversations]),
      ).toEqual([
        [5, 13, 3],
        [6, 0, 1],
      ]);

      const sunday = { from: '2026-11-22', to: '2026-11-22' };
      const there = await reports.report([site.id], { ...sunday, zone: 'Europe/Berlin' });
      expect([there.total.conversations, there.previous.total.conversations]).toEqual([1, 3]);
      const here = await reports.report([site.id], { ...sunday, zone: 'UTC' });
      expect([here.total.conversations, here.previous.total.conversations]).toEqual([0, 4]);
      const both = await reports.report([site.id, other.id], berlin);
      expect(both.total.conversations).toBe(5);
      expect((await reports.report([], berlin)).total).toEqual(NOTHING);
    });

    it('more conversations than are looked at at once are counted once each', async () => {
      const world = at.world();
      const site = await newSite(world);
      const crowd = Array.from({ length: 205 }, async () =>
        say(world, await newVisitor(world, site), 'Hello'),
      );
      await Promise.all(crowd);
      const reports = createReportQueries(world);
      const days = { from: '2026-11-20', to: '2026-11-23', zone: 'UTC' };
      expect((await reports.report([site.id], days)).total.conversations).toBe(205);
    });
  });
}
