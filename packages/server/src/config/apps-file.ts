import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type * as Yaml from 'yaml';
import { z } from 'zod';
import type { MessageRate, WebhookEventName } from '@parley/realtime';
import type { AppLimitSettings, AppSettings } from './app-settings.ts';
import { Secret } from './secret.ts';
import { ConfigError } from './variables.ts';

const require = createRequire(import.meta.url);
/** Not in a process that reads no such file. */
const yaml = (): typeof Yaml => require('yaml') as typeof Yaml;

/** An app with all that the Pusher-protocol server is told of it. */
export interface HostedApp {
  readonly id: string;
  readonly key: string;
  readonly secret: Secret;
  readonly settings: AppSettings;
}

/** YAML would read `0123` and `1e3` as numbers, which a backend's credentials are not. */
const text = (what: string) =>
  z.string({
    error: ({ input }) => (input === undefined ? 'is missing' : `must be ${what}, in quotes`),
  });

const name = (what: string) =>
  text(what).regex(/^[\w.~-]{1,128}$/, `must be ${what}: 1 to 128 of A-Z, a-z, 0-9, _ . ~ and -`);

const number = (lowest: number, highest: number) => {
  const error = `must be a whole number from ${lowest} to ${highest}`;
  return z.int({ error }).min(lowest, { error }).max(highest, { error });
};

const bool = z.boolean({ error: 'must be true or false' });

const list = <T extends z.ZodType>(item: T, what: string) =>
  z.array(item, { error: `must be a list of ${what}` });

/** As a record, so that one more in the server is a type error here. */
const WEBHOOK_EVENTS = Object.keys({
  channel_occupied: true,
  channel_vacated: true,
  member_added: true,
  member_removed: true,
  client_event: true,
  cache_miss: true,
  subscription_count: true,
} satisfies Record<WebhookEventName, true>) as WebhookEventName[];

const LIMITS = z.strictObject({
  connections: number(1, 10_000_000).optional(),
  channels: number(1, 10_000_000).optional(),
  public_channels: number(1, 10_000_000).optional(),
  channels_per_connection: number(1, 100_000).optional(),
  event_data_bytes: number(1, 10_485_760).optional(),
  channels_per_event: number(1, 10_000).optional(),
  messages: z
    .strictObject(
      {
        max: number(1, 1_000_000),
        per_seconds: number(1, 86_400),
        close: bool.optional(),
      },
      { error: 'must have max and per_seconds' },
    )
    .optional(),
  client_events_per_second: number(1, 100_000).optional(),
  presence_members: number(1, 100_000).optional(),
  presence_user_info_bytes: number(1, 1_048_576).optional(),
});

const WEBHOOK = z.strictObject({
  url: text('an address').refine(
    (value) => {
      const url = URL.parse(value);
      return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '';
    },
    { error: 'must begin with http:// or https://, without user and password' },
  ),
  events: list(
    z.enum(WEBHOOK_EVENTS, { error: `must be one of ${WEBHOOK_EVENTS.join(', ')}` }),
    'events',
  ).optional(),
  channel_prefix: text('the beginning of a channel name').optional(),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header'),
      text('the value of a header').regex(/^[\x20-\x7e]{0,1024}$/, 'must be printable ASCII'),
      { error: 'must be names and values' },
    )
    .optional(),
  batch: bool.optional(),
});

const APP = z.strictObject(
  {
    id: name('the id'),
    key: name('the key'),
    secret: text('the secret').min(1, 'must not be empty').max(256, 'is longer than 256'),
    name: text('a name').max(200, 'is longer than 200').optional(),
    enabled: bool.optional(),
    allowed_origins: list(text('a host'), 'hosts').optional(),
    client_events: bool.optional(),
    subscription_count: bool.optional(),
    limits: LIMITS.optional(),
    webhooks: list(WEBHOOK, 'webhooks').max(20, 'has more than 20').optional(),
  },
  { error: 'must be an app with id, key and secret' },
);

const FILE = z.strictObject(
  { apps: list(APP, 'apps').min(1, 'must name at least one app') },
  { error: 'must have a list named "apps"' },
);

type GivenApp = z.infer<typeof APP>;

/**
 * The apps of a YAML or JSON file (JSON is YAML, too).
 *
 * @param defaults what an app has where the file says nothing of it
 * @throws ConfigError that names the file, the app and the field, and no value
 */
export function readAppsFile(path: string, defaults: AppSettings): readonly HostedApp[] {
  let content;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new ConfigError([`REVERB_APPS_FILE ${path}: ${reason}`]);
  }
  return parseApps(content, basename(path), defaults);
}

/** @throws ConfigError */
export function parseApps(
  content: string,
  fileName: string,
  defaults: AppSettings,
): readonly HostedApp[] {
  const document = parseYaml(content, fileName);
  const result = FILE.safeParse(document);
  const faults = result.success
    ? findDuplicates(result.data.apps)
    : result.error.issues.map((issue) => explain(issue, document));
  if (!result.success || faults.length > 0) {
    throw new ConfigError(faults.map((fault) => `${fileName}: ${fault}`));
  }
  return result.data.apps.map((app) => hostedApp(app, defaults));
}

function parseYaml(content: string, fileName: string): unknown {
  try {
    return yaml().parse(content);
  } catch (error) {
    throw new ConfigError([`${fileName}: no YAML or JSON ${whyNot(error)}`]);
  }
}

/** Without the parser's own message, which shows the line, and with it perhaps a secret. */
function whyNot(error: unknown): string {
  if (!(error instanceof yaml().YAMLParseError))
    return 'that could be read (too many aliases or levels)';
  const [at] = error.linePos ?? [];
  const where = at === undefined ? '' : `in line ${at.line}, column ${at.col} `;
  return `${where}(${error.code})`;
}

/** `app "shop" (the 2nd): limits.connections must be …` */
function explain({ path, message, ...issue }: z.core.$ZodIssue, document: unknown): string {
  const reason =
    issue.code === 'unrecognized_keys'
      ? `has no setting named ${issue.keys.map((key) => `"${key}"`).join(', ')}`
      : message;
  const [list, index, ...field] = path;
  if (list !== 'apps' || typeof index !== 'number') return `${path.join('.') || 'it'} ${reason}`;
  const { apps } = document as { apps: readonly unknown[] };
  const app = `app ${index + 1}${labelOf(apps[index])}`;
  return field.length === 0 ? `${app} ${reason}` : `${app}: ${field.join('.')} ${reason}`;
}

function labelOf(app: unknown): string {
  if (typeof app !== 'object' || app === null || !('id' in app)) return '';
  return typeof app.id === 'string' ? ` (id ${JSON.stringify(app.id.slice(0, 128))})` : '';
}

function findDuplicates(apps: readonly GivenApp[]): string[] {
  return (['id', 'key'] as const).flatMap((field) => {
    const first = new Map<string, number>();
    return apps.flatMap((app, index) => {
      const before = first.get(app[field]);
      first.set(app[field], before ?? index);
      return before === undefined
        ? []
        : [`app ${index + 1}${labelOf(app)}: ${field} is that of app ${before + 1}, too`];
    });
  });
}

function hostedApp(app: GivenApp, defaults: AppSettings): HostedApp {
  const { id, key, secret } = app;
  return {
    id,
    key,
    secret: new Secret(secret),
    settings: {
      name: app.name,
      enabled: app.enabled ?? defaults.enabled,
      allowedOrigins: app.allowed_origins ?? defaults.allowedOrigins,
      clientEvents: app.client_events ?? defaults.clientEvents,
      subscriptionCount: app.subscription_count ?? defaults.subscriptionCount,
      limits: limitsOf(app.limits ?? {}, defaults.limits),
      webhooks: (app.webhooks ?? []).map((webhook) => ({
        url: webhook.url,
        events: webhook.events,
        channelPrefix: webhook.channel_prefix,
        headers: webhook.headers,
        batch: webhook.batch,
      })),
    },
  };
}

function limitsOf(given: z.infer<typeof LIMITS>, defaults: AppLimitSettings): AppLimitSettings {
  return {
    connections: given.connections ?? defaults.connections,
    channels: given.channels ?? defaults.channels,
    publicChannels: given.public_channels ?? defaults.publicChannels,
    channelsPerConnection: given.channels_per_connection ?? defaults.channelsPerConnection,
    eventData_bytes: given.event_data_bytes ?? defaults.eventData_bytes,
    channelsPerEvent: given.channels_per_event ?? defaults.channelsPerEvent,
    messageRate: given.messages ? messageRateOf(given.messages) : defaults.messageRate,
    clientEventsPerSecond: given.client_events_per_second ?? defaults.clientEventsPerSecond,
    presenceMembers: given.presence_members ?? defaults.presenceMembers,
    presenceUserInfo_bytes: given.presence_user_info_bytes ?? defaults.presenceUserInfo_bytes,
  };
}

function messageRateOf(given: NonNullable<z.infer<typeof LIMITS>['messages']>): MessageRate {
  const { max, per_seconds, close = false } = given;
  return { max, window_ms: per_seconds * 1_000, closes: close };
}
