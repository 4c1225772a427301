import { AdminSiteAnswer, AuditAnswer, MeAnswer } from '@parley/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/mini';
import type { MakeDatabases, TestDatabases } from '../testing/databases.ts';
import { call, codeOfAnswer, signIn, type TestAgent } from '../testing/http-client.ts';
import { OWNER, type RunningServer, startServer } from '../testing/running-server.ts';

/** What owners and admins do with sites and with each other, over HTTP. */
export function managingContract(make: MakeDatabases): void {
  let databases: TestDatabases;
  let server: RunningServer;
  let owner: TestAgent;

  beforeAll(async () => {
    databases = await make();
    server = await startServer(databases);
    owner = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  const memberOf = async (siteId: number, role: 'owner' | 'admin' | 'agent') =>
    signIn(server.url, await server.newAgent([{ siteId, role }]));

  test('[SEC-1] an owner opens a site and owns it at once; others may not, and the log says so', async () => {
    const made = await owner.call('POST', '/admin/sites', { name: ' Second shop ' });
    expect(made.status, made.text).toBe(201);
    const { site } = z.parse(AdminSiteAnswer, made.json);
    expect(site.name).toBe('Second shop');
    const me = z.parse(MeAnswer, (await owner.call('GET', '/admin/me')).json);
    expect(me.sites.find(({ id }) => id === site.id)?.role).toBe('owner');
    const config = await call(`${server.url}/api/chatbot/config?token=${site.token}`);
    expect(config.status).toBe(200);

    const admin = await memberOf(site.id, 'admin');
    const refused = await admin.call('POST', '/admin/sites', { name: 'Mine' });
    expect([refused.status, codeOfAnswer(refused)]).toEqual([403, 'forbidden']);
    const changed = await admin.call('PATCH', `/admin/sites/${site.id}`, { name: 'Shop 2' });
    expect(changed.status).toBe(200);

    const path = `/admin/audit?site=${site.id}`;
    const { entries } = z.parse(AuditAnswer, (await owner.call('GET', path)).json);
    expect(entries.map(({ action, target, agent }) => [action, target, agent?.id])).toEqual([
      ['site.changed', 'Shop 2', admin.id],
      ['site.created', 'Second shop', owner.id],
    ]);
    expect(entries[0]?.address).toBe('127.0.0.1');
    const agent = await memberOf(site.id, 'agent');
    expect((await agent.call('GET', path)).status).toBe(403);
    expect((await agent.call('GET', '/admin/audit')).json).toMatchObject({ entries: [] });
    const stranger = await memberOf(1, 'owner');
    expect((await stranger.call('GET', path)).status).toBe(404);
    expect((await stranger.call('GET', '/admin/audit')).text).not.toContain('Shop 2');
  });
}
