import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { realtimeOptions } from '../broadcast/realtime-options.ts';
import { parseCommandLine } from '../cli/command.ts';
import { COMMANDS } from '../cli/commands.ts';
import { variablesFrom } from '../cli/realtime.ts';
import { configFrom, realtimeConfigFrom } from './config.ts';
import type { Environment } from './environment.ts';
import type { RealtimeConfig } from './reverb.ts';

const LOCAL = new Set(['chat-host']);
const APP = { REVERB_APP_ID: '1', REVERB_APP_KEY: 'key', REVERB_APP_SECRET: 'secret' };

const alone = (given: Environment): RealtimeConfig =>
  realtimeConfigFrom({ ...APP, ...given }, LOCAL);

/** What the server is told for this environment. */
function options(given: Environment) {
  const { apps, server } = alone(given);
  return realtimeOptions(apps, server, pino({ enabled: false }));
}

test('listens where Laravel would have Reverb listen', () => {
  expect(alone({}).listen.port).toBe(8080);
  const named = { REVERB_HOST: 'localhost', REVERB_PORT: '9000' };
  expect(alone(named).listen.port).toBe(9000);
  expect(alone({ ...named, REVERB_SERVER_PORT: '6001' }).listen.port).toBe(6001);
});

test('needs the credentials that the other side has', () => {
  expect(() => realtimeConfigFrom({}, LOCAL)).toThrow(/REVERB_APP_SECRET is needed/);
});

test("nothing said: the server's own defaults, not Reverb's", () => {
  const { apps, limits, logger: _, ...times } = options({});
  expect(apps).toEqual([
    {
      id: '1',
      key: 'key',
      secret: 'secret',
      enabled: true,
      clientEvents: true,
      subscriptionCount: false,
      webhooks: [],
      limits: {},
    },
  ]);
  expect(limits).toEqual({});
  expect(times).toEqual({ activityTimeout_s: 30, pingInterval_s: 30 });
});

test('[PP-10] the names that Reverb knows mean what they mean there', () => {
  const given = options({
    REVERB_APP_ALLOWED_ORIGINS: 'shop.example, *.shop.example',
    REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: 'none',
    REVERB_APP_ACTIVITY_TIMEOUT: '20',
    REVERB_APP_PING_INTERVAL: '60',
    REVERB_APP_MAX_CONNECTIONS: '500',
    REVERB_APP_MAX_MESSAGE_SIZE: '10000',
    REVERB_APP_RATE_LIMITING_ENABLED: 'true',
    REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: '120',
    REVERB_APP_RATE_LIMIT_DECAY_SECONDS: '30',
    REVERB_APP_RATE_LIMIT_TERMINATE: 'true',
    REVERB_MAX_REQUEST_SIZE: '20000',
    REVERB_SERVER: 'reverb',
  });
  expect(given).toMatchObject({
    apps: [
      {
        allowedOrigins: ['shop.example', '*.shop.example'],
        clientEvents: false,
        limits: {
          connectionsMax: 500,
          messageRate: { max: 120, window_ms: 30_000, closes: true },
        },
      },
    ],
    activityTimeout_s: 20,
    pingInterval_s: 60,
    limits: { frameBytesMax: 10_000, requestBodyBytesMax: 20_000 },
  });
});

test('[PP-6] client events from all are still those of subscribers, and that is said', () => {
  const given = { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: 'all' };
  expect(options(given).apps[0]?.clientEvents).toBe(true);
  expect(alone(given).remarks).toEqual(['configuration.client_events']);
});

describe('Redis', () => {
  const redis = (given: Environment) => {
    const { redis } = alone(given).server;
    return redis === null ? null : { url: redis.url.reveal(), prefix: redis.prefix };
  };

  test("what stands in every file of Laravel's is not yet a wish for several nodes", () => {
    expect(
      redis({ REDIS_HOST: '127.0.0.1', REDIS_PASSWORD: 'null', REDIS_PORT: '6379' }),
    ).toBeNull();
  });

  test('REDIS_URL is one, unless scaling is switched off', () => {
    const given = { REDIS_URL: 'rediss://user:pass@redis.example:6380/2' };
    expect(redis(given)).toEqual({ url: given.REDIS_URL, prefix: 'parley' });
    expect(redis({ ...given, REVERB_SCALING_ENABLED: 'false' })).toBeNull();
  });

  test('REVERB_SCALING_ENABLED with the host, the port and so on', () => {
    const given = {
      REVERB_SCALING_ENABLED: 'true',
      REVERB_SCALING_CHANNEL: 'shop:reverb',
      REDIS_HOST: 'redis.example',
      REDIS_USERNAME: 'app',
      REDIS_PASSWORD: 'p@ss/word',
      REDIS_DB: '3',
    };
    expect(redis(given)).toEqual({
      url: 'redis://app:p%40ss%2Fword@redis.example:6379/3',
      prefix: 'shop:reverb',
    });
    expect(redis({ REVERB_SCALING_ENABLED: 'true' })?.url).toBe('redis://127.0.0.1:6379/0');
    const tls = { REVERB_SCALING_ENABLED: 'true', REDIS_HOST: 'tls://redis.example' };
    expect(redis(tls)?.url).toBe('rediss://redis.example:6379/0');
  });
});

test.each<[Environment, RegExp]>([
  [{ REDIS_URL: 'memcached://a' }, /REDIS_URL must begin with redis:/],
  [
    { REVERB_SCALING_ENABLED: 'true', REDIS_HOST: '/run/redis.sock' },
    /REDIS_HOST must be a host name/,
  ],
  [{ REVERB_SERVER_PATH: 'a?b' }, /REVERB_SERVER_PATH must be a path/],
  [{ REVERB_SCALING_CHANNEL: 'a b' }, /REVERB_SCALING_CHANNEL must be 1 to 64/],
  [{ REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: 'some' }, /EVENTS_FROM must be one of members/],
  [{ REVERB_APPS_FILE: '/none/apps.yaml' }, /apps\.yaml: there is no such file/],
])('%j stops the start', (given, expected) => {
  expect(() => alone(given)).toThrow(expected);
});

test('what the rest of a Laravel file says of other things stops nothing', () => {
  const rest = { DATABASE_URL: 'mysql://db/shop', PORT: 'http', REDIS_HOST: '/run/redis.sock' };
  expect(alone(rest).listen.port).toBe(8080);
});

test('drains where there are other nodes to go to, or as it is told', () => {
  const drain = (given: Environment): number => alone(given).server.drain_ms;
  expect(drain({})).toBe(0);
  expect(drain({ REDIS_URL: 'redis://redis.example' })).toBe(5_000);
  expect(drain({ REDIS_URL: 'redis://redis.example', DRAIN_SECONDS: '0' })).toBe(0);
  expect(drain({ DRAIN_SECONDS: '30' })).toBe(30_000);
});

test('a path is one with and without slashes around it', () => {
  for (const path of ['realtime', '/realtime', '/realtime/']) {
    expect(alone({ REVERB_SERVER_PATH: path }).path).toBe('/realtime');
  }
});

test('the whole server knows the same settings', () => {
  const { reverb, remarks } = configFrom(
    { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: 'none', REVERB_APPS_FILE: 'apps.yaml' },
    LOCAL,
  );
  expect(reverb).toMatchObject({ mode: 'embedded', settings: { clientEvents: false } });
  expect(remarks).toContain('configuration.apps_file');
});

describe('the command line', () => {
  test('stands for variables', () => {
    const args = ['--host', '::1', '--port=6001', '--path', '/ws', '--apps', 'a.yaml', '--debug'];
    const asked = parseCommandLine(['realtime', ...args], COMMANDS, '1');
    if (asked.kind !== 'run') throw new Error('It is not understood');
    expect(variablesFrom(asked.given)).toEqual({
      REVERB_SERVER_HOST: '::1',
      REVERB_SERVER_PORT: '6001',
      REVERB_SERVER_PATH: '/ws',
      REVERB_APPS_FILE: 'a.yaml',
      LOG_LEVEL: 'debug',
    });
  });
});
