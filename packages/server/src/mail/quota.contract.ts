import { describe, expect, it } from 'vitest';
import type { MakeDatabases } from '../testing/databases.ts';
import { withWorld } from '../testing/with-world.ts';
import { answer, codeOf, newAgent, newSite, say, visit, type World } from '../testing/world.ts';
import { createTranscriptCommands } from './transcript.commands.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Nobody floods an address: counted in the database, for all nodes together. */
export function mailQuotaContract(make: MakeDatabases): void {
  describe('mail to an address', () => {
    const at = withWorld(make);

    const asker = ({ database, clock }: World) =>
      createTranscriptCommands({
        database,
        clock,
        limits: { perAddress: 3, perSite: 4 },
        onJob: () => undefined,
      });

    it('is sent so often within a day, however many ask at once, on however many nodes', async () => {
      const world = at.world();
      const nodes = [world, await at.another()];
      const site = await newSite(world);
      const agent = await newAgent(world, [{ site }]);
      const talk = async (email: string) => {
        const { actor } = await visit(world, site, { email });
        const { message } = await say(world, actor, 'Hello');
        await answer(world, agent, message.conversation_id, 'Hi');
        return { actor, id: message.conversation_id };
      };
      const ask = async ({ actor, id }: Awaited<ReturnType<typeof talk>>, node = world) =>
        codeOf(asker(node).sendTranscript(actor, id, null));

      const [one, other] = [await talk('Ann@x.example'), await talk('ann@X.example')];
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) => ask(n % 2 ? one : other, nodes[n % 3 ? 0 : 1])),
      );
      expect(answers.filter((code) => code === 'rate_limited')).toHaveLength(9);
      // One more of the site, to whomever.
      const [bob, cleo] = [await talk('bob@x.example'), await talk('cleo@x.example')];
      expect(await ask(bob)).toBe('bob@x.example');
      expect(await ask(cleo)).toBe('rate_limited');

      world.clock.advance(DAY_MS - 1);
      expect(await ask(one)).toBe('rate_limited');
      world.clock.advance(1);
      expect(await ask(one)).toBe('Ann@x.example');

      // What says that an address got mail does not outlive the day for which it counts.
      const counted = () => world.database.query(counts(world));
      expect(await counted()).toHaveLength(3);
      await asker(world).forgetMails();
      expect(await counted()).toHaveLength(2);
      world.clock.advance(DAY_MS);
      await asker(world).forgetMails();
      expect(await counted()).toEqual([]);
    });
  });
}

const counts = ({ database }: World) =>
  database.sql.db.selectFrom('mail_quotas').select('key').compile();
