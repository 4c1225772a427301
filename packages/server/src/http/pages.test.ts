import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, plain, runOne } from '../database/database.ts';
import { sqliteDatabases, type TestDatabases } from '../testing/databases.ts';
import { type Answer, call, codeOfAnswer, newVisitor, signIn } from '../testing/http-client.ts';
import { OWNER, type RunningServer, SITE_TOKEN, startServer } from '../testing/running-server.ts';

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

const get = (path: string, headers: Record<string, string> = {}) =>
  call(server.url + path, { headers });
const CHROME = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-dest': 'document' };

/** A policy as its directives. */
function policyOf(answer: Answer): Record<string, string[]> {
  const text = String(answer.headers['content-security-policy']);
  return Object.fromEntries(
    text.split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

describe('the widget', () => {
  test('the loader and the panel may be used by pages of any origin', async () => {
    const loader = await get('/chatbot-widget.js');
    expect(loader.status).toBe(200);
    expect(loader.headers['content-type']).toMatch(/javascript/);
    expect(loader.headers['cross-origin-resource-policy']).toBe('cross-origin');
    const panel = await get(`/widget/panel.html?token=${SITE_TOKEN}`);
    expect(panel.headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(panel.headers['x-frame-options']).toBeUndefined();
    const policy = policyOf(panel);
    expect(policy).toMatchObject({ 'frame-ancestors': ['*'], 'script-src': ["'self'"] });
    expect(policy['connect-src']).toEqual(["'self'", `ws://127.0.0.1:${server.port}`]);
  });

  test('a site with allowed origins is framed there and nowhere else', async () => {
    const site = await server.newSite();
    const allowed_origins = JSON.stringify(['https://shop.example']);
    await change(server.database, { allowed_origins }, site.id);
    const panel = await get(`/widget/panel.html?token=${site.token}`);
    expect(policyOf(panel)['frame-ancestors']).toEqual(["'self'", 'https://shop.example']);

    const ask = (origin: string) =>
      call(`${server.url}/api/chatbot/config?token=${site.token}`, { headers: { origin } });
    const allowed = await ask('https://shop.example');
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://shop.example',
    ]);
    for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example']) {
      const refused = await ask(origin);
      expect([refused.status, codeOfAnswer(refused)]).toEqual([403, 'origin_not_allowed']);
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await ask(server.url)).status).toBe(200);
    const visitor = await newVisitor(server.url, site.token);
    const foreign = { origin: 'https://evil.example' };
    const updates = await visitor.call('GET', '/api/chatbot/updates', undefined, foreign);
    expect(updates.status).toBe(403);
  });

  test('what has a hash in its name is kept for ever, the rest is asked for again', async () => {
    const hashed = await get('/widget/assets/panel-Ab3dE6gH.js');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const loader = await get('/chatbot-widget.js');
    expect(loader.headers['cache-control']).toBe('no-cache');
    const again = await get('/chatbot-widget.js', { 'if-none-match': String(loader.headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('the dashboard', () => {
  test('[SEC-4] is one page, which only its own files and sockets may serve', async () => {
    const page = await get('/admin/login', CHROME);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>Dashboard</title>');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(policyOf(page)).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'frame-ancestors': ["'none'"],
      'connect-src': ["'self'", `ws://127.0.0.1:${server.port}`],
    });
  });

  test('HTML only for a navigation, else JSON; nothing of it is kept', async () => {
    const agent = await signIn(server.url, OWNER);
    const cookie = agent.sessionCookie;
    for (const path of ['/admin/chatbot', '/admin/chatbot/1', '/admin/chatbot?status=nonsense']) {
      const page = await get(path, { ...CHROME, cookie });
      expect([page.status, page.headers['content-type']], path).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(page.headers['cache-control']).toBe('no-store');
      expect(page.headers.vary).toContain('Accept');
    }
    const data = await get('/admin/chatbot', { cookie });
    expect(data.json).toMatchObject({ success: true });
    expect(data.headers['cache-control']).toBe('no-store');
    expect(data.headers.vary).toContain('Accept');
  });

  test('a page of it that only its script knows is the same page, for who is signed in', async () => {
    const agent = await signIn(server.url, OWNER);
    const page = await get('/admin/settings/team', { ...CHROME, cookie: agent.sessionCookie });
    expect(page.text).toContain('<title>Dashboard</title>');
    const to = async (path: string) => (await get(path, CHROME)).headers.location;
    expect(await to('/admin/settings/team?x=y')).toBe('/admin/login?to=%2Fsettings%2Fteam%3Fx%3Dy');
    for (const path of ['/admin', '/admin/', '/admin/chatbot']) {
      expect(await to(path), path).toBe('/admin/login');
    }
    expect(await to('/admin/chatbot/17')).toBe('/admin/login?to=%2Fchatbot%2F17');
    expect(await to(`/admin//evil.example/${'x'.repeat(2_000)}`)).toBe('/admin/login');
  });

  test('its files need no login, and lie in their folder', async () => {
    expect((await get('/admin/favicon.svg')).headers['content-type']).toBe('image/svg+xml');
    expect((await get('/admin/assets/index-Ab3dE6gH.css')).status).toBe(200);
    for (const path of [
      '/admin/..%2f..%2fpackage.json',
      '/admin/%2e%2e/x',
      '/admin//etc/passwd',
      '/admin/.env',
    ]) {
      expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
    }
  });
});

test('[SEC-4] admin routes answer no other origin; visitors’ routes answer any, without cookies', async () => {
  const origin = 'https://shop.example';
  const preflight = (path: string, method: string) =>
    call(server.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const visitors = await preflight('/api/chatbot/message', 'POST');
  expect(visitors.status).toBe(204);
  expect(visitors.headers).toMatchObject({ 'access-control-allow-origin': origin });
  expect(String(visitors.headers['access-control-allow-headers'])).toMatch(/authorization/i);
  expect(visitors.headers['access-control-allow-credentials']).toBeUndefined();
  for (const path of ['/admin/chatbot', '/admin/login', '/admin/chatbot/1/reply', '/up']) {
    const answer = await preflight(path, 'POST');
    expect(answer.headers['access-control-allow-origin'], path).toBeUndefined();
    expect(answer.status).toBeGreaterThanOrEqual(400);
  }
});

test('the test page embeds the first site as any page would, and shows its name as text', async () => {
  await change(server.database, { name: '<script>alert(1)</script>"&' }, 1);
  const page = await get('/chatbot-test.html');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.text).toContain(
    `<script async src="/chatbot-widget.js" data-token="${SITE_TOKEN}"></script>`,
  );
  expect(page.text).not.toContain('<script>alert');
  expect((await get('/chatbot-test.html?debug')).text).toContain(
    `"${SITE_TOKEN}" data-debug></script>`,
  );
});

test('the health of the server is that of its database', async () => {
  expect((await get('/up')).json).toEqual({ success: true, status: 'ok' });
});

test('the whole API is described by one document, made from what validates', async () => {
  const { json } = await get('/api/openapi.json');
  const document = json as {
    openapi: string;
    paths: Record<string, Record<string, { requestBody?: unknown; responses: object }>>;
    components: { schemas: object };
  };
  expect(document.openapi).toBe('3.1.0');
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = server.server.routes
    .filter(
      ({ method, url }) =>
        method !== 'HEAD' && /^\/(api\/(chatbot|users)|admin|broadcasting)\//.test(url),
    )
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    .filter(
      (route) =>
        !/ \/admin\/(\*|login|invitation|password-reset)?$/.test(route) || route.startsWith('POST'),
    );
  expect(described).toEqual(expect.arrayContaining(routes));
  const send = document.paths['/api/chatbot/message']?.['post'];
  expect(JSON.stringify(send?.requestBody)).toContain(
    '"client_message_id":{"type":"string","format":"uuid"',
  );
  expect(Object.keys(send?.responses ?? {})).toEqual(
    expect.arrayContaining(['200', '201', 'default']),
  );
  expect(Object.keys(document.components.schemas)).toContain('Message');
  expect(JSON.stringify(document)).not.toContain('undefined');
  const docs = await get('/api/docs/');
  expect([docs.status, docs.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(docs.text).toContain('<title>Parley API</title>');
  for (const [, path = ''] of docs.text.matchAll(/href="([^"]*\/theme\/[^"]*)"/g)) {
    expect((await get(new URL(path, 'http://x/api/docs/').pathname)).status, path).toBe(200);
  }
});

function change(
  database: Database,
  site: { name: string } | { allowed_origins: string },
  id: number,
): Promise<number> {
  const { db } = database.sql;
  return database.write(
    runOne,
    plain(db.updateTable('sites').set(site).where('id', '=', id).compile()),
  );
}
