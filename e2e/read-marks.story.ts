import { expectProviders, openChat, shown } from './harness/people.ts';
import { expect, firstMessage, test } from './harness/story.ts';

test('[SYNC-12] each side sees when the other has read', async ({ stage }) => {
  const server = await stage.server();
  // Opening the conversation is what marks the visitor's message as read.
  const { visitor, agent } = await stage.conversation(server.url);
  await expect(shown(visitor.log, firstMessage)).toHaveAttribute('data-state', 'read');
  await expectProviders(visitor.page, agent.page, 'reverb');

  await agent.say('I am here');
  await expect(shown(agent.log, 'I am here')).toHaveAttribute('data-state', 'read');
});

test('[SYNC-12] what arrives while the chat is closed stays unread until it is opened', async ({
  stage,
}) => {
  const server = await stage.server();
  const { visitor, agent } = await stage.conversation(server.url);
  await expectProviders(visitor.page, agent.page, 'reverb');
  await visitor.panel.getByRole('button', { name: 'Close chat' }).click();
  await expect(visitor.composer).toBeHidden();

  await agent.say('one');
  await agent.say('two');
  await expect
    .poll(() =>
      visitor.page.evaluate(
        () =>
          (globalThis as unknown as { Parley: { state: { unread: number } } }).Parley.state.unread,
      ),
    )
    .toBe(2);
  await expect(shown(agent.log, 'two')).toHaveAttribute('data-state', 'sent');

  await openChat(visitor.page);
  await expect(shown(agent.log, 'two')).toHaveAttribute('data-state', 'read');
  await expect(shown(agent.log, 'one')).toHaveAttribute('data-state', 'read');
});
