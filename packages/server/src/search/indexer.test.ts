import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { caller, newVisitor, signIn } from '../testing/http-client.ts';
import { OWNER, startServer, type RunningServer } from '../testing/running-server.ts';

let databases: TestDatabases;
let server: RunningServer;

beforeAll(async () => {
  databases = await sqliteDatabases();
  server = await startServer(databases);
});
afterAll(async () => {
  await server.stop();
  await databases.discard();
});

test('a message is found soon after it was sent, and one from before a restart right after it', async () => {
  const visitor = await newVisitor(server.url);
  await visitor.say('a needle in the haystack');
  await expect.poll(() => found('needle'), { timeout: 30_000 }).toBe(1);
  await visitor.say('another needle');
  await server.stop();
  server = await startServer(databases);
  await expect.poll(() => found('needle'), { timeout: 30_000 }).toBe(2);
}, 90_000);

async function found(q: string): Promise<number> {
  const { sessionCookie } = await signIn(server.url, OWNER);
  const agent = caller(server.url, { cookie: sessionCookie });
  const { json } = await agent.call('GET', `/admin/search?q=${q}`);
  return (json as { messages: unknown[] }).messages.length;
}
