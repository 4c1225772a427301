import { violations } from './harness/axe.ts';
import { expectSaid } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

for (const viewport of sizes) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`widget and dashboard have no accessibility violations (${viewport.width} px, ${colorScheme})`, async ({
      stage,
    }) => {
      const server = await stage.server();
      const look = { viewport, colorScheme, reducedMotion: 'reduce' as const };
      const { visitor, agent } = await stage.conversation(server.url, server.url, look);
      await agent.say('good morning');
      await expectSaid(visitor.log, [firstMessage, 'good morning']);
      expect(await violations(visitor.page)).toEqual([]);
      expect(await violations(agent.page)).toEqual([]);
    });
  }
}
