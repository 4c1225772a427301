import { expect, it, onTestFinished } from 'vitest';
import { sqliteDatabases } from '../testing/databases.ts';
import { postForm } from '../testing/forms.ts';
import { call, caller, codeOfAnswer, newVisitor, signIn } from '../testing/http-client.ts';
import { webm } from '../testing/media.ts';
import { OWNER, SITE_TOKEN, startServer } from '../testing/running-server.ts';

it('[SEC-1] a site that asks for consent does nothing for who has not agreed, on any call', async () => {
  const databases = await sqliteDatabases();
  const server = await startServer(databases);
  onTestFinished(async () => {
    await server.stop();
    await databases.discard();
  });
  const owner = await signIn(server.url, OWNER);
  const set = async (settings: object): Promise<void> => {
    const { status, text } = await owner.call('PATCH', '/admin/sites/1', { settings });
    expect(status, text).toBe(200);
  };
  const site = caller(server.url, { authorization: `Bearer ${SITE_TOKEN}` });
  const init = (body: object) => site.call('POST', '/api/chatbot/init', body);
  const visitors = async () => {
    const { json } = await owner.call('GET', '/admin/visitors');
    return (json as { visitors: readonly unknown[] }).visitors.length;
  };

  // As an unchanged widget of an older installation calls it: nothing of it is different while nobody asks.
  const before = await newVisitor(server.url);
  const { conversation_id: id } = await before.say('I was here before');
  await set({
    live_visitors: true,
    consent: { text: 'We keep <b>all</b> of it.', privacy_url: 'https://shop.example/privacy' },
  });
  const { json } = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
  const told = { version: 1, text: 'We keep <b>all</b> of it.' };
  expect(json).toMatchObject({ site: { consent: told } });

  const page = { url: 'https://shop.example/' };
  const refusal = await init({ page });
  expect([refusal.status, codeOfAnswer(refusal)]).toEqual([403, 'consent_required']);
  expect(refusal.json).toMatchObject({ error: { details: { version: 1 } } });
  expect((await init({ page, consent: 2 })).status).toBe(403);
  for (const consent of [0, -1, 1.5, '1', true, 2 ** 53]) {
    expect((await init({ consent })).status, String(consent)).toBe(422);
  }
  expect(await visitors()).toBe(0);

  const conversation = `/api/chatbot/conversation/${id}`;
  const calls = [
    before.call('POST', '/api/chatbot/message', { text: 'and I go on' }),
    postForm(before, '/api/chatbot/file', { files: [['files', 'a.txt', 'a file']] }),
    postForm(before, '/api/chatbot/voice', { files: [['audio', 'a.webm', webm()]] }),
    before.call('GET', conversation),
    before.call('POST', `${conversation}/typing`, { typing: true, preview: 'half a thought' }),
    before.call('GET', '/api/chatbot/updates'),
    before.call('POST', '/broadcasting/auth', {
      socket_id: '1.1',
      channel_name: `private-chat.conversation.${id}`,
    }),
    before.call('GET', '/api/users/x@people.example/chats'),
    before.call('DELETE', '/api/chatbot/consent'),
  ];
  for (const answer of await Promise.all(calls)) {
    expect([answer.status, codeOfAnswer(answer)]).toEqual([403, 'consent_required']);
  }

  // The same visitor agrees, and goes on where it was.
  const agreed = await init({ page, visitor_token: before.token, consent: 1 });
  expect(agreed.json).toMatchObject({ visitor: { id: before.id }, visitor_token: before.token });
  expect(await visitors()).toBe(1);
  expect((await before.say('and I go on')).conversation_id).toBe(id);
  // Other words are asked for on the next page; nobody is stopped in the middle of a sentence.
  await set({ consent: { text: '', privacy_url: '' } });
  expect((await before.say('still me')).conversation_id).toBe(id);
  expect((await init({ visitor_token: before.token })).status).toBe(403);

  // Taken back: nothing opens any more, and nobody is shown as being there.
  const withdrawal = await before.call('DELETE', '/api/chatbot/consent');
  expect(withdrawal.status, withdrawal.text).toBe(200);
  expect((await before.call('GET', conversation)).status).toBe(401);
  expect((await owner.call('GET', `/admin/visitors/${before.id}`)).status).toBe(404);
  expect(await visitors()).toBe(0);
  const log = await owner.call('GET', '/admin/audit');
  expect(log.json).toMatchObject({
    entries: expect.arrayContaining([
      expect.objectContaining({ agent: null, action: 'visitor.withdrew', target: `#${before.id}` }),
    ]) as unknown,
  });
});
