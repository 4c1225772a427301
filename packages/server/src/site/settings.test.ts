import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminSite } from '@parley/protocol';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { call, newVisitor, signIn, type TestAgent } from '../testing/http-client.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

describe('the settings of a site', () => {
  let databases: TestDatabases;
  let server: RunningServer;
  let owner: TestAgent;
  beforeAll(async () => {
    databases = await sqliteDatabases();
    server = await startServer(databases);
    owner = await signIn(server.url, OWNER);
  });
  afterAll(async () => {
    await server.stop();
    await databases.discard();
  });

  const patch = async (body: object, status = 200): Promise<AdminSite> => {
    const answer = await owner.call('PATCH', '/admin/sites/1', body);
    expect(answer.status, answer.text).toBe(status);
    return (answer.json as { site: AdminSite }).site;
  };
  const config = async (): Promise<{ text: string; site: Record<string, unknown> }> => {
    const { text, json } = await call(`${server.url}/api/chatbot/config?token=${SITE_TOKEN}`);
    return { text, site: (json as { site: Record<string, unknown> }).site };
  };
  const kept = async (): Promise<unknown> => {
    const { db } = server.database.sql;
    const [row] = await server.database.query(db.selectFrom('sites').select('settings').compile());
    return JSON.parse(row?.settings ?? '');
  };

  it('begin with the defaults, and a page is told little', async () => {
    const { json } = await owner.call('GET', '/admin/sites/1');
    expect((json as { site: AdminSite }).site.settings).toEqual(DEFAULT_SETTINGS);
    expect(await kept()).toEqual({});
    expect(Object.keys((await config()).site).sort()).toEqual(
      ['appearance', 'locale', 'name', 'prechat', 'typing_preview'].sort(),
    );
    expect((await config()).text.length).toBeLessThan(1_000);
  });

  it('change field by field, at once, and only what differs is kept and told', async () => {
    const own = { color: '#ff0000', launcher_text: 'Ask', launcher_picture: 'https://x.example/p' };
    await patch({ settings: { appearance: own } });
    await patch({ name: ' Shop ', settings: { prechat: 'optional', prechat_when: 'after' } });
    const many = [{ rating: false }, { offline_message: 'Away' }, { reopen_window_s: 60 }];
    await Promise.all(many.map((settings) => patch({ settings })));
    const site = await patch({ allowed_origins: ['https://shop.example', 'http://[::1]:8080'] });
    expect(site).toMatchObject({
      name: 'Shop',
      allowed_origins: ['https://shop.example', 'http://[::1]:8080'],
      settings: {
        ...DEFAULT_SETTINGS,
        appearance: { ...DEFAULT_SETTINGS.appearance, ...own },
        prechat: 'optional',
        prechat_when: 'after',
        rating: false,
        offline_message: 'Away',
        reopen_window_s: 60,
      },
    });
    expect((await config()).site).toMatchObject({
      name: 'Shop',
      prechat_when: 'after',
      rating: false,
      offline_message: 'Away',
      appearance: { color: '#ff0000' },
    });
    // Back to the default is no difference any more.
    await patch({
      allowed_origins: [],
      settings: {
        appearance: { color: '#2563eb', launcher_text: '', launcher_picture: '' },
        prechat: 'off',
        prechat_when: 'before',
        rating: true,
        offline_message: '',
      },
    });
    expect(await kept()).toEqual({});
  });

  it('carry own words by language, told to pages while there are any', async () => {
    const wording = { de: { title: 'Moin!', unread: { one: '{n} neue', other: '{n} neue' } } };
    await patch({ settings: { wording } });
    expect((await config()).site['wording']).toEqual(wording);
    await patch({ settings: { wording: {} } });
    expect(await kept()).toEqual({});
  });

  it('name the launcher in the language of the page, whatever that says', async () => {
    const label = async (locale: string): Promise<unknown> => {
      const url = `${server.url}/api/chatbot/config?token=${SITE_TOKEN}&locale=${locale}`;
      const { status, json } = await call(url);
      expect(status).toBe(200);
      return (json as { site: { launcher_label?: string } }).site.launcher_label;
    };
    const wanted = ['fr_CA', 'AR', 'en-GB', 'xx', '__proto__', '%00%22%3Cb%3E', ''];
    const told = ['Ouvrir le chat', 'فتح الدردشة', ...Array.from({ length: 5 })];
    expect(await Promise.all(wanted.map(label))).toEqual(told);
  });

  it('tell the visitor who answers, how soon, and when', async () => {
    const times = [{ day: 'mon', from: '00:00', to: '00:01' }];
    await patch({ settings: { hours: { time_zone: 'UTC', times }, reply_time: 3_600 } });
    const init = async (): Promise<unknown> => {
      const headers = { authorization: `Bearer ${SITE_TOKEN}` };
      const url = `${server.url}/api/chatbot/init`;
      const { json } = await call(url, { method: 'POST', headers, body: {} });
      return (json as { team: unknown }).team;
    };
    const { agent } = (await owner.call('GET', '/admin/me')).json as { agent: { name: string } };
    const team = { agents: [{ name: agent.name }], reply_time_s: 3_600 };
    expect(await init()).toMatchObject({ ...team, open: false });
    await patch({ settings: { hours: null, team: false, reply_time: 'measured' } });
    expect(await init()).toEqual({ agents: [], reply_time_s: null, open: true, until: null });
    await patch({ settings: { team: true } });
  });

  it('[SEC-1] are for owners and admins of this site alone', async () => {
    const agent = await signIn(server.url, await server.newAgent([{ siteId: 1, role: 'agent' }]));
    const admin = await signIn(server.url, await server.newAgent([{ siteId: 1, role: 'admin' }]));
    const change = { settings: { rating: true } };
    expect((await agent.call('GET', '/admin/sites/1')).status).toBe(403);
    expect((await agent.call('PATCH', '/admin/sites/1', change)).status).toBe(403);
    expect((await admin.call('PATCH', '/admin/sites/1', change)).status).toBe(200);
    const visitor = await newVisitor(server.url);
    expect((await visitor.call('GET', '/admin/sites/1')).status).toBe(401);
    const { text } = await admin.call('GET', '/admin/sites/1');
    expect(text).not.toContain('identity');
  });

  it('[SEC-2] a new identity secret ends what the old one signed, and is shown once', async () => {
    const renew = async (): Promise<string> => {
      const { status, json } = await owner.call('POST', '/admin/sites/1/identity-secret');
      expect(status).toBe(201);
      return (json as { identity_secret: string }).identity_secret;
    };
    const init = async (secret: string): Promise<number> => {
      const token = await new SignJWT({ name: 'Ada' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('customer-7')
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(secret));
      const headers = { authorization: `Bearer ${SITE_TOKEN}` };
      const url = `${server.url}/api/chatbot/init`;
      return (await call(url, { method: 'POST', headers, body: { identity_token: token } })).status;
    };
    const [old, renewed] = [await renew(), await renew()];
    expect([await init(old), await init(renewed)]).toEqual([401, 200]);
    const agent = await signIn(server.url, await server.newAgent([{ siteId: 1, role: 'agent' }]));
    expect((await agent.call('POST', '/admin/sites/1/identity-secret')).status).toBe(403);
  });

  it.each([
    { settings: { appearance: { color: 'red' } } },
    { settings: { appearance: { color: '#2563eb;}' } } },
    { settings: { appearance: { launcher_picture: 'javascript:alert(1)' } } },
    { settings: { appearance: [] } },
    { settings: { prechat: true } },
    { settings: { locale: 'de"><script>' } },
    { settings: { hours: { time_zone: 'Mars', times: [] } } },
    { settings: { hours: { time_zone: 'UTC', times: [{ day: 'mon', from: '9', to: '10' }] } } },
    { settings: { proactive: [{ page: '/', after_s: -1, text: 'x' }] } },
    { settings: { proactive: [{ page: '/', after_s: 1, text: 'a\u0000b' }] } },
    { settings: { wording: { 'de-AT': { title: 'Servus' } } } },
    { settings: { wording: { de: { '<b>': 'x' } } } },
    { settings: { wording: { de: { unread: { one: 'no form for the rest' } } } } },
    { settings: { wording: { de: { title: 'x'.repeat(501) } } } },
    {
      settings: {
        wording: {
          de: Object.fromEntries(Array.from('abcdefghijklmnopqrst').map((k) => [k, k.repeat(450)])),
        },
      },
    },
    { settings: { reply_time: 1e12 } },
    { settings: { reopen_window_s: '60' } },
    { settings: null },
    { allowed_origins: ['*'] },
    { allowed_origins: ["https://a.example; script-src 'unsafe-inline'"] },
    { allowed_origins: ['https://shop.example/'] },
    { allowed_origins: ['https://shop.example:443'] },
    { name: '   ' },
  ])('refuse %j', async (body) => {
    await patch(body, 422);
    expect((await owner.call('GET', '/admin/sites/1')).status).toBe(200);
  });
});
