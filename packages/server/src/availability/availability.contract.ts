import { ColleaguesAnswer, InboxEntryAnswer, UpdatesAnswer } from '@parley/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import { newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

/** Who is online, and conversations that go round among them. */
export function availabilityContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let ann: TestAgent;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases, { colleaguesInterval_ms: 100 });
    ann = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  async function assigneeOf(id: number): Promise<number | null> {
    const { json } = await ann.call('GET', `/admin/chatbot/${id}`);
    return z.parse(InboxEntryAnswer, json).conversation.assignee?.id ?? null;
  }

  async function newConversation(): Promise<number> {
    const { conversation_id } = await (await newVisitor(server.url)).say('Hello');
    return conversation_id;
  }

  /** A page asks for news; for some seconds after it the agent is there. */
  const comes = (agent: TestAgent) => agent.call('GET', '/admin/updates');

  /** The next conversation, with those online: on a busy machine what they asked for before is long ago. */
  async function givenTo(agent: TestAgent, online: readonly TestAgent[]): Promise<void> {
    await Promise.all(online.map(comes));
    const id = await newConversation();
    await expect.poll(() => assigneeOf(id), { timeout: 15_000 }).toBe(agent.id);
  }

  test('conversations go in turn to who is online and not away; with nobody there they wait', async () => {
    const bea = await signIn(server.url, await server.newAgent([{ siteId: 1 }]));
    const other = await server.newSite();
    const stranger = await signIn(server.url, await server.newAgent([{ siteId: other.id }]));
    const availability = async () => {
      const { agents } = z.parse(
        ColleaguesAnswer,
        (await ann.call('GET', '/admin/colleagues')).json,
      );
      return new Map(agents.map((one) => [one.id, one.availability]));
    };
    await comes(stranger);
    await ann.call('PATCH', '/admin/sites/1', { settings: { assign_in_turn: true } });
    const early = await newConversation();
    // Who it could be given to is looked for after it was taken: before anybody comes, that is over.
    for (let n = 0; n < 5; n += 1) await availability();
    expect(await availability()).toEqual(
      new Map([
        [ann.id, 'offline'],
        [bea.id, 'offline'],
      ]),
    );

    await comes(ann);
    await comes(bea);
    for (const agent of [ann, bea, ann, bea]) await givenTo(agent, [ann, bea]);
    // It came before anybody was there, and waits for somebody to take it.
    expect(await assigneeOf(early)).toBeNull();

    const next = () => ann.call('POST', `/admin/chatbot/${early}/assign-next`);
    expect((await bea.call('PATCH', '/admin/availability', { away: true })).json).toMatchObject({
      availability: 'away',
    });
    expect((await availability()).get(bea.id)).toBe('away');
    await givenTo(ann, [ann, bea]);
    expect((await next()).json).toMatchObject({ conversation: { assignee: { id: ann.id } } });
    const refused = await next();
    expect([refused.status, refused.json]).toMatchObject([
      409,
      { error: { code: 'nobody_online' } },
    ]);
    await bea.call('PATCH', '/admin/availability', { away: false });
    await comes(bea);
    expect((await next()).json).toMatchObject({ conversation: { assignee: { id: bea.id } } });
    await bea.call('POST', '/admin/logout');
    expect((await availability()).get(bea.id)).toBe('offline');
    await givenTo(ann, [ann]);

    expect((await stranger.call('POST', `/admin/chatbot/${early}/assign-next`)).status).toBe(404);
    await ann.call('PATCH', '/admin/sites/1', { settings: { assign_in_turn: false } });
  });

  test('a colleague whom a command made beside the server, or another node, is announced to who works there', async () => {
    const other = await server.newSite();
    const stranger = await signIn(server.url, await server.newAgent([{ siteId: other.id }]));
    const ask = async (who: TestAgent, query: string) =>
      z.parse(UpdatesAnswer, (await who.call('GET', `/admin/updates?${query}`)).json);
    const news = { event: 'ChatAgentsChanged', data: { site_id: 1 } };
    // Both are made by now, and the server has seen it.
    await ann.call('PATCH', '/admin/availability', { away: true });
    let { cursor } = await ask(ann, '');
    const begin = await ask(stranger, '');
    const { id } = await server.newAgent([{ siteId: 1 }]);
    await expect
      .poll(
        async () => {
          const { events, cursor: next } = await ask(ann, `wait=5&cursor=${cursor}`);
          cursor = next;
          return events;
        },
        { timeout: 30_000 },
      )
      .toContainEqual(expect.objectContaining(news));
    const { agents } = z.parse(ColleaguesAnswer, (await ann.call('GET', '/admin/colleagues')).json);
    expect(agents.map((agent) => agent.id)).toContain(id);
    const { events } = await ask(stranger, `wait=0&cursor=${begin.cursor}`);
    expect(events).not.toContainEqual(expect.objectContaining(news));
    await ann.call('PATCH', '/admin/availability', { away: false });
  });

  test('many at once are given to each as often as to any other', async () => {
    const bea = await signIn(server.url, await server.newAgent([{ siteId: 1 }]));
    const ids = await Promise.all(Array.from({ length: 8 }, newConversation));
    await Promise.all([ann, bea].map(comes));
    await Promise.all(ids.map((id) => ann.call('POST', `/admin/chatbot/${id}/assign-next`)));
    const assignees = await Promise.all(ids.map(assigneeOf));
    const counts = [ann, bea].map(({ id }) => assignees.filter((one) => one === id).length);
    expect(counts).toEqual([4, 4]);
  });
}
