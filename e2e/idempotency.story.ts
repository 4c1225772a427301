import { newVisitor } from './harness/api.ts';
import { expect, test } from './harness/story.ts';

test('[SYNC-2] 50 concurrent posts of one client_message_id make one message, restarts included', async ({
  stage,
}) => {
  const server = await stage.server();
  const visitor = await newVisitor(server.url);
  const clientMessageId = crypto.randomUUID();
  const body = { text: 'only once', client_message_id: clientMessageId };
  const post = (): Promise<{ status: number }> =>
    visitor.call('POST', '/api/chatbot/message', body);

  const first = await Promise.all(Array.from({ length: 50 }, post));
  expect(first.map(({ status }) => status).toSorted((a, b) => b - a)).toEqual([
    201,
    ...Array<number>(49).fill(200),
  ]);
  await server.kill('SIGKILL');
  await server.startAgain();
  const again = await Promise.all(Array.from({ length: 10 }, post));
  expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]));

  const { conversation_id } = await visitor.send('something else');
  const messages = await visitor.messages(conversation_id);
  expect(messages.map(({ text, seq }) => ({ text, seq }))).toEqual([
    { text: 'only once', seq: 1 },
    { text: 'something else', seq: 2 },
  ]);
  const other = await visitor.call('POST', '/api/chatbot/message', {
    ...body,
    text: 'something new under an old id',
  });
  expect(other.status).toBe(409);
});
