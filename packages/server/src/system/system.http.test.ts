import type { SystemAnswer } from '@parley/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { signIn } from '../testing/http-client.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

let databases: TestDatabases;
let server: RunningServer;
beforeAll(async () => {
  databases = await sqliteDatabases();
  server = await startServer(databases, {
    // Nobody takes mail there.
    env: { MAIL_HOST: '127.0.0.1', MAIL_PORT: '9', MAIL_FROM_ADDRESS: 'chat@shop.example' },
  });
});
afterAll(async () => {
  await server.stop();
  await databases.discard();
});

test('owners see what the server stands on, and what to do; nobody else does', async () => {
  const owner = await signIn(server.url, OWNER);
  const { status, json, text } = await owner.call('GET', '/admin/system');
  expect(status).toBe(200);
  const { findings, version } = json as SystemAnswer;
  expect(version).toBe('test');
  const things = ['configuration', 'database', 'redis', 'address', 'mail', 'files'];
  expect(new Set(findings.map(({ what }) => what))).toEqual(
    new Set([...things, 'virus', 'disk', 'jobs', 'realtime', 'push', 'clock']),
  );
  expect(findings.find(({ what }) => what === 'mail')).toMatchObject({
    state: 'wrong',
    advice: expect.stringContaining('MAIL_') as string,
  });
  expect(findings.every(({ state, advice }) => (state === 'ok') === (advice === undefined))).toBe(
    true,
  );
  expect(text).not.toContain(OWNER.password);
  // By codes and values, for whoever says it in another language.
  expect(findings.find(({ what }) => what === 'mail')).toMatchObject({
    code: 'mail.away',
    values: { server: '127.0.0.1:9', reason: expect.stringContaining('ECONNREFUSED') as string },
  });

  const admin = await signIn(server.url, await server.newAgent([{ siteId: 1, role: 'admin' }]));
  expect((await admin.call('GET', '/admin/system')).status).toBe(403);
});
