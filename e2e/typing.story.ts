import { expectProviders } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test('typing shows on the other side, in both directions, and ends with the message', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');

  for (const [from, to, seen] of [
    [visitor, agent, agent.page.getByText(/is typing/i).first()],
    [agent, visitor, visitor.panel.getByText(/is typing/i).first()],
  ] as const) {
    await expect(seen).toBeHidden();
    await from.composer.pressSequentially('let me think');
    await expect(seen).toBeVisible();
    const text = `thought of ${from === visitor ? 'the visitor' : 'the agent'}`;
    await from.say(text);
    await expect(to.log.getByText(text)).toBeVisible();
    await expect(seen).toBeHidden();
  }
});
