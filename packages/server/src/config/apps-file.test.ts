import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { appSettingsFrom } from './app-settings.ts';
import { type HostedApp, parseApps, readAppsFile } from './apps-file.ts';
import { ConfigError, parseVariables } from './variables.ts';

const DEFAULTS = appSettingsFrom(parseVariables({ REVERB_APP_MAX_CONNECTIONS: '50' }));

const parse = (content: string): readonly HostedApp[] => parseApps(content, 'apps.yaml', DEFAULTS);

function faultsOf(content: string): readonly string[] {
  try {
    parse(content);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const one = (more: string): string => `apps: [{ id: shop, key: k, secret: canary, ${more} }]`;

test('[PP-10] an app has its own key, secret, limits, origins and webhooks', () => {
  const [shop, blog] = parse(`
apps:
  - id: shop
    key: shop-key
    secret: shop-secret
    name: The shop
    allowed_origins: [shop.example, '*.shop.example']
    client_events: false
    subscription_count: true
    limits:
      connections: 1000
      event_data_bytes: 20480
      messages: { max: 60, per_seconds: 10 }
    webhooks:
      - url: https://shop.example/hooks
        events: [channel_occupied, member_added]
        channel_prefix: presence-
        headers: { Authorization: Bearer 1 }
  - { id: blog, key: blog-key, secret: blog-secret, enabled: false }
`);
  expect(shop).toMatchObject({
    id: 'shop',
    key: 'shop-key',
    settings: {
      name: 'The shop',
      enabled: true,
      allowedOrigins: ['shop.example', '*.shop.example'],
      clientEvents: false,
      subscriptionCount: true,
      limits: {
        connections: 1000,
        eventData_bytes: 20_480,
        messageRate: { max: 60, window_ms: 10_000, closes: false },
        presenceMembers: undefined,
      },
      webhooks: [
        {
          url: 'https://shop.example/hooks',
          events: ['channel_occupied', 'member_added'],
          channelPrefix: 'presence-',
          headers: { Authorization: 'Bearer 1' },
        },
      ],
    },
  });
  expect(shop?.secret.reveal()).toBe('shop-secret');
  // What the file does not say is as the environment says of apps.
  expect(blog?.settings).toEqual({
    ...DEFAULTS,
    enabled: false,
    limits: { ...DEFAULTS.limits, connections: 50 },
  });
});

test('JSON is as good as YAML', () => {
  const apps = [{ id: '7', key: 'k', secret: 's', limits: { connections: 3 } }];
  expect(parse(JSON.stringify({ apps }))[0]?.settings.limits.connections).toBe(3);
});

describe('what is wrong names the file, the app and the field, and shows no value', () => {
  test.each([
    ['', 'must have a list named "apps"'],
    ['[]', 'must have a list named "apps"'],
    ['apps: shop', 'apps must be a list of apps'],
    ['apps: []', 'apps must name at least one app'],
    ['apps: [shop]', 'app 1 must be an app with id, key and secret'],
    ['apps: [{ id: shop, key: k }]', 'app 1 (id "shop"): secret is missing'],
    ['apps: [{ key: k, secret: canary }]', 'app 1: id is missing'],
    ['apps: [{ id: 0123, key: k, secret: canary }]', 'app 1: id must be the id, in quotes'],
    [one('__proto__: { admin: true }'), 'app 1 (id "shop") has no setting named "__proto__"'],
    [one('origins: []'), 'app 1 (id "shop") has no setting named "origins"'],
    [one('enabled: sometimes'), 'app 1 (id "shop"): enabled must be true or false'],
    [
      one('limits: { connections: 0 }'),
      'app 1 (id "shop"): limits.connections must be a whole number from 1 to 10000000',
    ],
    [
      one('limits: { connections: 1.5 }'),
      'app 1 (id "shop"): limits.connections must be a whole number from 1 to 10000000',
    ],
    [one('limits: { conections: 5 }'), 'app 1 (id "shop"): limits has no setting named "conect'],
    [
      one('webhooks: [{ url: "file:///etc/passwd" }]'),
      'app 1 (id "shop"): webhooks.0.url must begin with http:// or https://, without',
    ],
    [
      one('webhooks: [{ url: "http://user:canary@a" }]'),
      'app 1 (id "shop"): webhooks.0.url must begin with',
    ],
    [
      one('webhooks: [{ url: "http://a", events: [all] }]'),
      'app 1 (id "shop"): webhooks.0.events.0 must be one of channel_occupied, ',
    ],
    [
      one('webhooks: [{ url: "http://a", headers: { X-A: "1\\n2" } }]'),
      'app 1 (id "shop"): webhooks.0.headers.X-A must be printable ASCII',
    ],
    [
      one('enabled: true').replace('key: k', 'key: a/b'),
      'app 1 (id "shop"): key must be the key: 1 to 128 of A-Z, a-z, 0-9, _ . ~ and -',
    ],
    ['apps:\n  - id: "canary', 'no YAML or JSON in line 2, column 16 (MISSING_CHAR)'],
  ])('%s', (content, expected) => {
    const faults = faultsOf(content);
    expect(faults[0]).toMatch(/^apps\.yaml: /);
    expect(faults.join('\n')).toContain(expected);
    expect(faults.join('\n')).not.toContain('canary');
  });

  test('an id or key that comes twice', () => {
    const apps = ['a, key: k', 'b, key: k', 'a, key: l'].map((app) => `{ id: ${app}, secret: s }`);
    expect(faultsOf(`apps: [${apps.join(', ')}]`)).toEqual([
      'apps.yaml: app 3 (id "a"): id is that of app 1, too',
      'apps.yaml: app 2 (id "b"): key is that of app 1, too',
    ]);
  });

  test('all faults at once', () => {
    expect(faultsOf('apps: [{ id: a, key: 1, secret: 2, extra: 3 }]')).toHaveLength(3);
  });

  test('a bomb of aliases is refused', () => {
    const levels = Array.from({ length: 12 }, (_, n) => {
      const before = n === 0 ? 'x' : `*l${n - 1}`;
      return `l${n}: &l${n} [${`${before},`.repeat(10)}]`;
    });
    expect(faultsOf(levels.join('\n'))[0]).toContain('too many aliases');
  });

  test('a file that is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-apps-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'none.yaml');
    expect(() => readAppsFile(path, DEFAULTS)).toThrow(`${path}: there is no such file`);
    expect(() => readAppsFile(folder, DEFAULTS)).toThrow(`${folder}: it cannot be read (EISDIR)`);
    await writeFile(path, one('enabled: true'));
    expect(readAppsFile(path, DEFAULTS)).toHaveLength(1);
  });
});
