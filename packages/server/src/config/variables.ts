import { z } from 'zod';
import { LIMITS } from '@parley/protocol';
import type { Environment } from './environment.ts';
import { type AllowedNetworks, isNetwork } from '../webhook/address.ts';
import { ErrorForPeople } from '../error-for-people.ts';
import { Secret } from './secret.ts';

/*
 * The variables of SPEC §8: each is text, turned into what it means. Messages never repeat a value,
 * for it may be a secret.
 */

const integer = (lowest: number, highest: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= lowest && value <= highest, {
      error: `must be from ${lowest} to ${highest}`,
    });

/** 0 lets the system choose, as tests want it. */
const port = integer(0, 65_535);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

/** As Laravel reads it, `(true)` included. */
const boolean = z.stringbool({
  truthy: ['true', '(true)', '1', 'yes', 'on'],
  falsy: ['false', '(false)', '0', 'no', 'off'],
  error: 'must be true or false',
});

const secret = z.string().transform((value) => new Secret(value));

const httpUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be an address that begins with http:// or https://',
  });

/** A host name or address without port and scheme. */
const host = z.string().regex(/^[A-Za-z0-9._:[\]-]{1,255}$/, 'must be a host name or an address');

const scheme = oneOf(['http', 'https']);

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** Whose X-Forwarded-* to believe: see `trustFrom`. */
type TrustProxy = false | 'private' | number | readonly string[];

const trustProxy = z.string().transform((value, context): TrustProxy => {
  if (/^(false|0|no|off)$/i.test(value)) return false;
  if (/^(true|yes|on)$/i.test(value)) return 'private';
  if (/^\d{1,2}$/.test(value)) return Number(value);
  const parts = value.split(',').map((part) => part.trim());
  if (parts.every((part) => /^(loopback|linklocal|uniquelocal)$/.test(part) || isNetwork(part)))
    return parts;
  context.addIssue({
    code: 'custom',
    message: 'must be true, false, a number of proxies, or addresses and networks',
  });
  return z.NEVER;
});

/** What webhooks may reach beside the public internet. */
const privateNetworks = z.string().transform((value, context): AllowedNetworks => {
  if (/^(false|no|off)$/i.test(value)) return [];
  if (/^(true|all|yes|on)$/i.test(value)) return 'all';
  const networks = value.split(',').map((part) => part.trim());
  if (networks.every((network) => isNetwork(network))) return networks;
  context.addIssue({
    code: 'custom',
    message: 'must be true, false, or addresses and networks such as 10.0.0.5, 192.168.0.0/16',
  });
  return z.NEVER;
});

/** Laravel's levels, and pino's. */
const LEVELS = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
  fatal: 'fatal',
  silent: 'silent',
} as const;
const level = z
  .enum(Object.keys(LEVELS) as (keyof typeof LEVELS)[], {
    error: `must be one of ${Object.keys(LEVELS).join(', ')}`,
  })
  .transform((name) => LEVELS[name]);

const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
  .refine((value) => URL.canParse(value), { error: 'is not an address' })
  .transform((value) => new Secret(value));

const redisUrl = z
  .string()
  .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://')
  .refine((value) => URL.canParse(value), { error: 'is not an address' })
  .transform((value) => new Secret(value));

/** What runs when it is opened, on somebody's system. */
const PROGRAMS =
  'exe com scr pif msi msix bat cmd ps1 vbs vbe wsf hta cpl lnk reg jar apk app dmg pkg deb rpm elf macho'.split(
    ' ',
  );

const VARIABLES = z.object({
  PORT: port.default(8000),
  HOST: host.optional(),
  APP_URL: httpUrl.optional(),
  APP_KEY: z.string().min(16, 'must have at least 16 characters').pipe(secret).optional(),
  // Laravel's name.
  APP_PREVIOUS_KEYS: list
    .refine((keys) => keys.every((key) => key.length >= 16), {
      error: 'must be keys of at least 16 characters, with commas between them',
    })
    .transform((keys) => keys.map((key) => new Secret(key)))
    .default([]),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: databaseUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  // What Laravel's files say of Redis; used only where Reverb would use it.
  REDIS_HOST: z.string().optional(),
  REDIS_PORT: port.optional(),
  REDIS_USERNAME: z.string().optional(),
  REDIS_PASSWORD: secret.optional(),
  REDIS_DB: integer(0, 65_535).optional(),

  // Laravel's `log` writes events to a file; for a browser that is the same as none.
  BROADCAST_CONNECTION: oneOf(['reverb', 'pusher', 'null', 'log']).default('reverb'),
  // In Laravel's files it names the driver, and there is only `reverb`.
  REVERB_SERVER: oneOf(['embedded', 'external', 'reverb'])
    .default('embedded')
    .transform((mode) => (mode === 'reverb' ? 'embedded' : mode)),
  REVERB_APP_ID: z.string().optional(),
  REVERB_APP_KEY: z.string().optional(),
  REVERB_APP_SECRET: secret.optional(),
  REVERB_APPS_FILE: z.string().optional(),
  REVERB_APP_ALLOWED_ORIGINS: list.optional(),
  REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: oneOf(['members', 'all', 'none']).default('members'),
  REVERB_APP_ACTIVITY_TIMEOUT: integer(5, 600).default(30),
  REVERB_APP_PING_INTERVAL: integer(5, 600).optional(),
  REVERB_APP_MAX_MESSAGE_SIZE: integer(1_000, 1_048_576).optional(),
  REVERB_APP_MAX_CONNECTIONS: integer(1, 10_000_000).optional(),
  REVERB_APP_RATE_LIMITING_ENABLED: boolean.default(false),
  REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: integer(1, 1_000_000).default(60),
  REVERB_APP_RATE_LIMIT_DECAY_SECONDS: integer(1, 86_400).default(60),
  REVERB_APP_RATE_LIMIT_TERMINATE: boolean.default(false),
  REVERB_MAX_REQUEST_SIZE: integer(1_000, 104_857_600).optional(),
  REVERB_SCALING_ENABLED: boolean.optional(),
  REVERB_SCALING_CHANNEL: z
    .string()
    .regex(/^[\w:.-]{1,64}$/, 'must be 1 to 64 characters of A-Z, a-z, 0-9, _ : . and -')
    .default('parley'),
  REVERB_HOST: host.optional(),
  REVERB_PORT: port.optional(),
  REVERB_SCHEME: scheme.optional(),
  REVERB_SERVER_HOST: host.optional(),
  REVERB_SERVER_PORT: port.optional(),
  REVERB_SERVER_PATH: z
    .string()
    .regex(/^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/, 'must be a path such as /realtime')
    .transform((path) => `/${path.replace(/^\/|\/$/g, '')}`)
    .optional(),

  PUSHER_APP_ID: z.string().optional(),
  PUSHER_APP_KEY: z.string().optional(),
  PUSHER_APP_SECRET: secret.optional(),
  PUSHER_APP_CLUSTER: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'must be a cluster such as mt1')
    .default('mt1'),
  PUSHER_APP_ENCRYPTED: boolean.optional(),
  PUSHER_HOST: host.optional(),
  PUSHER_PORT: port.optional(),
  PUSHER_SCHEME: scheme.optional(),

  MAIL_MAILER: z.string().optional(),
  MAIL_HOST: host.optional(),
  MAIL_PORT: integer(1, 65_535).optional(),
  MAIL_USERNAME: z.string().optional(),
  MAIL_PASSWORD: secret.optional(),
  MAIL_SCHEME: oneOf(['smtp', 'smtps']).optional(),
  MAIL_ENCRYPTION: oneOf(['tls', 'ssl', 'starttls']).optional(),
  MAIL_FROM_ADDRESS: z.email('must be an email address').optional(),
  MAIL_FROM_NAME: z
    .string()
    .max(200)
    .regex(/^[^\r\n]*$/, 'must be one line')
    .optional(),

  MAIL_REPLY_ADDRESS: z
    .email('must be an email address')
    .regex(/^[^@]{1,10}@/, 'must have at most 10 characters before the @')
    .optional(),
  MAIL_INBOUND_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64')
    .pipe(secret)
    .optional(),

  PUSH_SERVICES: list.default([]),
  WEBHOOK_ALLOW_PRIVATE: privateNetworks.default([]),

  S3_BUCKET: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/, 'must be the name of a bucket')
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be a region such as eu-central-1')
    .default('us-east-1'),
  S3_ENDPOINT: httpUrl.optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: secret.optional(),
  S3_PATH_STYLE: boolean.optional(),
  S3_PREFIX: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*\/?$/, 'must be a path such as chat/files')
    .transform((path) => `${path.replace(/\/$/, '')}/`)
    .default(''),

  POLL_INTERVAL_VISITOR_MS: integer(250, 600_000).default(2_000),
  POLL_INTERVAL_AGENT_MS: integer(250, 600_000).default(3_000),
  RATE_LIMITS: boolean.default(true),
  LIMIT_MESSAGES_PER_MINUTE: integer(1, 1_000_000).default(60),
  LIMIT_MESSAGES_BURST: integer(1, 1_000_000).default(20),
  LIMIT_INITS_PER_MINUTE: integer(1, 1_000_000).default(120),
  LIMIT_CONVERSATIONS_PER_MINUTE: integer(1, 1_000_000).default(20),
  LIMIT_MAILS_PER_ADDRESS: integer(1, 1_000_000).default(3),
  LIMIT_MAILS_PER_SITE: integer(1, 10_000_000).default(1_000),
  LIMIT_SIGN_IN_FAILURES: integer(1, 1_000_000).default(10),
  LIMIT_SIGN_IN_WINDOW_S: integer(1, 86_400).default(300),
  LIMIT_JSON_BODY_BYTES: integer(1_024, 16_777_216).default(LIMITS.jsonBody_bytes),
  LIMIT_MESSAGE_CHARS: integer(1, LIMITS.messageText_chars).default(LIMITS.messageText_chars),
  LIMIT_FILE_BYTES: integer(1_024, 1_073_741_824).default(LIMITS.file_bytes),
  LIMIT_FILES_PER_MESSAGE: integer(1, LIMITS.filesPerMessage).default(LIMITS.filesPerMessage),
  LIMIT_IMAGE_PIXELS: integer(10_000, 1_000_000_000).default(50_000_000),
  LIMIT_UPLOAD_BYTES_PER_HOUR: integer(1_024, 999_999_999_999).default(500 * 1024 * 1024),
  LIMIT_FREE_DISK_BYTES: integer(0, 999_999_999_999).default(256 * 1024 * 1024),
  REFUSED_FILE_EXTENSIONS: list
    .transform((names) => names.map((name) => name.replace(/^\./, '').toLowerCase()))
    .default(PROGRAMS),
  BLOCKED_ADDRESSES: list
    .refine((networks) => networks.every((network) => isNetwork(network)), {
      error: 'must be addresses and networks such as 192.0.2.1, 198.51.100.0/24, 2001:db8::/32',
    })
    .default([]),
  SHORTEN_ADDRESSES: boolean.default(false),
  // Without a shell: words, with spaces between them.
  VIRUS_SCAN_COMMAND: z
    .string()
    .transform((text) => text.trim().split(/\s+/))
    .optional(),
  CLAMD: z
    .string()
    .regex(/^(\/.+|[A-Za-z0-9._-]{1,255}(:\d{1,5})?)$/, 'must be a path, or a host and a port')
    .optional(),
  METRICS_HOST: host.default('127.0.0.1'),
  METRICS_PORT: port.optional(),
  REVERB_METRICS_PORT: port.optional(),
  DRAIN_SECONDS: integer(0, 3_600).optional(),
  TRUST_PROXY: trustProxy.default(false),
  LOG_LEVEL: level.default('info'),

  PARLEY_ADMIN_EMAIL: z.email('must be an email address').optional(),
  PARLEY_ADMIN_PASSWORD: z
    .string()
    .min(8, 'must have at least 8 characters')
    .max(1_000, 'must have at most 1000 characters')
    .pipe(secret)
    .optional(),
  PARLEY_SITE_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,128}$/, 'must be 16 to 128 characters of A-Z, a-z, 0-9, _ and -')
    .optional(),
});

export type Variables = z.infer<typeof VARIABLES>;

/** All that can be set. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES.shape);

/** What is wrong with the configuration, one line a variable, for the person who starts the server. */
export class ConfigError extends ErrorForPeople {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** @throws ConfigError naming every variable at fault */
export function parseVariables(environment: Environment): Variables {
  const given = Object.entries(environment).filter(([name, value]) => isGiven(name, value));
  const result = VARIABLES.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`),
  );
}

/** Empty counts as absent, and so does Laravel's `null`, but where `null` is itself a choice. */
function isGiven(name: string, value: string | undefined): boolean {
  if (value === undefined || value.trim() === '') return false;
  return name === 'BROADCAST_CONNECTION' || !/^\(?null\)?$/.test(value);
}
