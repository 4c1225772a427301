import { inspect } from 'node:util';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { announce } from '../broadcast/announce.ts';
import { type Config, configFrom } from './config.ts';
import { type Environment, expand } from './environment.ts';
import { completeApp } from './reverb.ts';
import { Secret } from './secret.ts';
import { ConfigError } from './variables.ts';

const LOCAL = new Set(['chat-host', '192.0.2.10']);
const APP = { REVERB_APP_ID: '1', REVERB_APP_KEY: 'key', REVERB_APP_SECRET: 'reverb-secret' };
const PUSHER = { PUSHER_APP_ID: '2', PUSHER_APP_KEY: 'pkey', PUSHER_APP_SECRET: 'pusher-secret' };

const config = (environment: Environment): Config => configFrom(environment, LOCAL);

function faultsOf(environment: Environment): readonly string[] {
  try {
    config(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

/** What clients are told, from a request to `http://shop.example:8000`. */
function told(environment: Environment) {
  const { reverb, pusher } = config(environment);
  return announce({
    reverb,
    pusher,
    app: reverb.mode === 'off' ? null : completeApp(reverb.app, new Secret('x'.repeat(32))),
    request: { host: 'shop.example', port: 8000, scheme: 'http' },
    interval_ms: 2_000,
    degraded: [],
  });
}

const listens = (environment: Environment): unknown => {
  const { reverb } = config(environment);
  return reverb.mode === 'embedded' ? (reverb.listen?.port ?? null) : reverb.mode;
};

test('nothing has to be set', () => {
  expect(config({})).toMatchObject({
    port: 8000,
    host: undefined,
    trustProxy: false,
    logLevel: 'info',
    pusher: null,
    polling: { visitor_ms: 2_000, agent_ms: 3_000 },
    limits: { rates: true, messagesPerMinute: 60, messagesBurst: 20 },
  });
  expect(listens({})).toBeNull();
});

test('the configuration cannot be changed, and shows no secret however it is printed', () => {
  const secrets = {
    APP_KEY: 'canary-app-key-0123456789',
    DATABASE_URL: 'postgres://user:canary-password@host/db',
    PARLEY_ADMIN_PASSWORD: 'canary-admin-password',
    ...PUSHER,
    PUSHER_APP_SECRET: 'canary-pusher',
    ...APP,
    REVERB_APP_SECRET: 'canary-reverb',
    BROADCAST_CONNECTION: 'pusher',
  };
  const made = config(secrets);
  expect(() => {
    (made as { port: number }).port = 1;
  }).toThrow(TypeError);
  const printed = `${JSON.stringify(made)}${inspect(made, { depth: 9 })}${String(made.appKey)}`;
  expect(printed).not.toContain('canary');
  expect(made.appKey?.reveal()).toBe(secrets.APP_KEY);
});

describe('what is wrong stops the start and names the variable', () => {
  test.each<[Environment, RegExp]>([
    [{ PORT: 'http' }, /^PORT must be a whole number$/],
    [{ PORT: '65536' }, /^PORT must be from 0 to 65535$/],
    [{ PORT: '80.5' }, /^PORT /],
    [{ APP_URL: 'chat.example.com' }, /^APP_URL must be an address/],
    [{ APP_URL: 'javascript:alert(1)' }, /^APP_URL /],
    [{ APP_KEY: 'short' }, /^APP_KEY must have at least 16/],
    [{ DATABASE_URL: 'mysql://host/db' }, /^DATABASE_URL must begin with postgres/],
    [{ BROADCAST_CONNECTION: 'ably' }, /^BROADCAST_CONNECTION must be one of reverb, pusher/],
    [{ REVERB_SERVER: 'elsewhere' }, /^REVERB_SERVER must be one of/],
    [{ REVERB_SCHEME: 'ws' }, /^REVERB_SCHEME must be one of http, https/],
    [{ REVERB_HOST: 'http://localhost' }, /^REVERB_HOST must be a host name/],
    [{ TRUST_PROXY: 'nginx' }, /^TRUST_PROXY must be true, false/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of/],
    [{ RATE_LIMITS: 'maybe' }, /^RATE_LIMITS must be true or false/],
    [{ PARLEY_SITE_TOKEN: 'too short' }, /^PARLEY_SITE_TOKEN must be 16 to 128/],
    [{ PARLEY_ADMIN_EMAIL: 'nobody' }, /^PARLEY_ADMIN_EMAIL must be an email/],
    [{ PARLEY_ADMIN_PASSWORD: 'secret' }, /^PARLEY_ADMIN_PASSWORD must have at least 8/],
    [{ POLL_INTERVAL_AGENT_MS: '-1' }, /^POLL_INTERVAL_AGENT_MS must be a whole/],
    [{ BROADCAST_CONNECTION: 'pusher' }, /^PUSHER_APP_ID is needed/],
    [{ REVERB_SERVER: 'external', ...APP }, /^REVERB_HOST is needed/],
    [{ REVERB_SERVER: 'external', REVERB_HOST: 'ws.example' }, /^REVERB_APP_ID is needed/],
    [{ S3_ENDPOINT: 'http://127.0.0.1:9000' }, /^S3_BUCKET is needed/],
    [{ S3_BUCKET: 'files', S3_SECRET_ACCESS_KEY: 'x' }, /^S3_ACCESS_KEY_ID and S3_SECRET/],
    [{ S3_BUCKET: 'files/chat' }, /^S3_BUCKET must be the name of a bucket/],
    [{ S3_BUCKET: 'files', S3_PREFIX: '/../x' }, /^S3_PREFIX must be a path/],
  ])('%j', (environment, expected) => {
    const faults = faultsOf(environment);
    expect(faults[0]).toMatch(expected);
    for (const value of Object.values(environment)) {
      if (/^PARLEY_ADMIN_PASSWORD|^APP_KEY|^DATABASE/.test(String(faults[0]))) {
        expect(faults.join()).not.toContain(value);
      }
    }
  });

  test('all faults at once', () => {
    expect(faultsOf({ PORT: 'x', LOG_LEVEL: 'y', TRUST_PROXY: 'z' })).toHaveLength(3);
  });
});

describe("Laravel's .env works as it is", () => {
  const LARAVEL = `
APP_NAME=Laravel
APP_ENV=local
APP_KEY=base64:3lQzYJrQJxk6e2yGf0Y0p5Y1hB2zQm6F8w7cR4tVx1A=
APP_DEBUG=true
APP_URL=http://localhost
LOG_CHANNEL=stack
LOG_DEPRECATIONS_CHANNEL=null
LOG_LEVEL=debug
DB_CONNECTION=sqlite
BROADCAST_CONNECTION=reverb
SESSION_LIFETIME=120
SESSION_DOMAIN=null
REDIS_PASSWORD=null
MAIL_FROM_NAME="\${APP_NAME}"
PUSHER_APP_ID=
PUSHER_APP_KEY=
PUSHER_APP_SECRET=
PUSHER_HOST=
PUSHER_PORT=443
PUSHER_SCHEME=https
PUSHER_APP_CLUSTER=mt1
REVERB_APP_ID=493831
REVERB_APP_KEY=my-key
REVERB_APP_SECRET=my-secret
REVERB_HOST="localhost"
REVERB_PORT=8080
REVERB_SCHEME=http
VITE_REVERB_APP_KEY="\${REVERB_APP_KEY}"
`;
  const environment = expand(parseEnv(LARAVEL), {});

  test('the documents’ file: listens on 8080 and says so', () => {
    expect(environment['VITE_REVERB_APP_KEY']).toBe('my-key');
    expect(listens(environment)).toBe(8080);
    expect(told(environment)).toMatchObject({
      realtimeProvider: 'reverb',
      reverb: { enabled: true, key: 'my-key', host: 'localhost', port: 8080, scheme: 'http' },
      pusher: { enabled: false },
    });
    expect(config(environment)).toMatchObject({ logLevel: 'debug', appUrl: 'http://localhost' });
  });

  test('a value that names itself ends, and the process wins', () => {
    const file = { A: '${A}', B: '${C}-${D}', C: 'file', D: undefined };
    expect(expand(file, { C: 'process' })).toMatchObject({ A: '${A}', B: 'process-' });
  });

  test.each<[string, Environment, unknown]>([
    ['the own host name', { REVERB_HOST: 'Chat-Host', REVERB_PORT: '8080' }, 8080],
    ['an own address', { REVERB_HOST: '192.0.2.10', REVERB_PORT: '8080' }, 8080],
    ['no host: the host of the request', { REVERB_PORT: '8080' }, 8080],
    ['another machine', { REVERB_HOST: 'ws.example', REVERB_PORT: '8080' }, null],
    ['behind a TLS proxy', { REVERB_PORT: '443', REVERB_SCHEME: 'https' }, null],
    [
      'TLS on this host',
      { REVERB_HOST: 'localhost', REVERB_PORT: '8443', REVERB_SCHEME: 'https' },
      null,
    ],
    ['443 alone', { REVERB_HOST: 'localhost', REVERB_PORT: '443' }, null],
    ['the main port', { PORT: '8080', REVERB_HOST: 'localhost', REVERB_PORT: '8080' }, null],
    [
      'REVERB_SERVER_PORT before all',
      {
        REVERB_HOST: 'ws.example',
        REVERB_PORT: '443',
        REVERB_SCHEME: 'https',
        REVERB_SERVER_PORT: '6001',
      },
      6001,
    ],
    [
      'an external server',
      { ...APP, REVERB_SERVER: 'external', REVERB_HOST: 'localhost', REVERB_PORT: '8080' },
      'external',
    ],
    ['no broadcasting', { BROADCAST_CONNECTION: 'null', REVERB_PORT: '8080' }, 'off'],
  ])('where it listens: %s', (_, given, expected) => {
    expect(listens(given)).toBe(expected);
  });
});

describe('[RT-0] what clients are told', () => {
  test.each<[string, Environment, object]>([
    [
      'nothing set: where the request went',
      {},
      { host: 'shop.example', port: 8000, scheme: 'http' },
    ],
    [
      '0.0.0.0 is no address for a client',
      { REVERB_HOST: '0.0.0.0', REVERB_PORT: '8080' },
      { host: 'shop.example', port: 8080 },
    ],
    [
      'scheme alone brings its port',
      { REVERB_HOST: 'ws.example', REVERB_SCHEME: 'https' },
      { host: 'ws.example', port: 443, scheme: 'https' },
    ],
    [
      'all of it',
      { REVERB_HOST: 'ws.example', REVERB_PORT: '444', REVERB_SCHEME: 'https' },
      { host: 'ws.example', port: 444, scheme: 'https' },
    ],
    ['heads follow on the own server', {}, { heads: true }],
    [
      'and not on an external one',
      { ...APP, REVERB_SERVER: 'external', REVERB_HOST: 'ws.example' },
      { heads: false, host: 'ws.example', port: 8080, key: 'key' },
    ],
  ])('%s', (_, given, expected) => {
    expect(told(given).reverb).toMatchObject(expected);
  });

  test('pusher first, the own server next; null leaves polling', () => {
    const both = told({ BROADCAST_CONNECTION: 'pusher', ...PUSHER });
    expect(both).toMatchObject({
      realtimeProvider: 'pusher',
      pusher: { enabled: true, key: 'pkey', cluster: 'mt1', encrypted: true },
      reverb: { enabled: true },
    });
    // Only where it is not the cluster's own.
    expect(both.pusher).not.toHaveProperty('host');
    const none = told({ BROADCAST_CONNECTION: 'null', ...PUSHER });
    expect(none).toMatchObject({
      realtimeProvider: 'polling',
      pusher: { enabled: false },
      reverb: { enabled: false },
    });
  });

  test('another server that speaks as Pusher does', () => {
    const given = {
      BROADCAST_CONNECTION: 'pusher',
      ...PUSHER,
      PUSHER_HOST: '127.0.0.1',
      PUSHER_PORT: '6001',
      PUSHER_SCHEME: 'http',
    };
    expect(told(given).pusher).toMatchObject({
      host: '127.0.0.1',
      port: 6001,
      scheme: 'http',
      encrypted: false,
    });
  });

  test('never a secret', () => {
    const given = { BROADCAST_CONNECTION: 'pusher', ...PUSHER, ...APP };
    expect(JSON.stringify(told(given))).not.toContain('secret');
  });
});

test('credentials that were not given come from the application key, the same on all nodes', () => {
  const none = { id: undefined, key: undefined, secret: undefined };
  const [one, two, other] = ['k'.repeat(32), 'k'.repeat(32), 'o'.repeat(32)].map((key) =>
    completeApp(none, new Secret(key)),
  );
  expect(one?.secret.reveal()).toBe(two?.secret.reveal());
  expect([one?.id, one?.key]).toEqual([two?.id, two?.key]);
  expect(one?.secret.reveal()).not.toBe(other?.secret.reveal());
  expect(one?.id).toMatch(/^\d+$/);
});
