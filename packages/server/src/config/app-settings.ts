import type { MessageRate, WebhookEndpoint } from '@parley/realtime';
import type { Variables } from './variables.ts';
import type { Remark } from './remark.ts';

/** What an app of the Pusher-protocol server may do; who it is stands in its credentials. */
export interface AppSettings {
  /** For people; default: none. */
  readonly name: string | undefined;
  /** False: its clients and backends are refused, with an answer that says so. */
  readonly enabled: boolean;
  /** Patterns of hosts; absent: any. */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly clientEvents: boolean;
  /** Whether subscribers are told how many they are. */
  readonly subscriptionCount: boolean;
  readonly limits: AppLimitSettings;
  readonly webhooks: readonly WebhookEndpoint[];
}

/** Absent: the server's own default. */
export interface AppLimitSettings {
  readonly connections: number | undefined;
  readonly channels: number | undefined;
  readonly publicChannels: number | undefined;
  readonly channelsPerConnection: number | undefined;
  readonly eventData_bytes: number | undefined;
  readonly channelsPerEvent: number | undefined;
  /** Null: not limited. */
  readonly messageRate: MessageRate | null | undefined;
  readonly clientEventsPerSecond: number | undefined;
  readonly presenceMembers: number | undefined;
  readonly presenceUserInfo_bytes: number | undefined;
}

const NO_LIMITS: AppLimitSettings = {
  connections: undefined,
  channels: undefined,
  publicChannels: undefined,
  channelsPerConnection: undefined,
  eventData_bytes: undefined,
  channelsPerEvent: undefined,
  messageRate: undefined,
  clientEventsPerSecond: undefined,
  presenceMembers: undefined,
  presenceUserInfo_bytes: undefined,
};

/** Of the app in the environment, and of one in the file where the file says nothing. */
export function appSettingsFrom(given: Variables): AppSettings {
  return {
    name: undefined,
    enabled: true,
    allowedOrigins: given.REVERB_APP_ALLOWED_ORIGINS,
    clientEvents: given.REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM !== 'none',
    subscriptionCount: false,
    limits: {
      ...NO_LIMITS,
      connections: given.REVERB_APP_MAX_CONNECTIONS,
      messageRate: messageRateFrom(given),
    },
    webhooks: [],
  };
}

function messageRateFrom(given: Variables): MessageRate | undefined {
  if (!given.REVERB_APP_RATE_LIMITING_ENABLED) return undefined;
  return {
    max: given.REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS,
    window_ms: given.REVERB_APP_RATE_LIMIT_DECAY_SECONDS * 1_000,
    closes: given.REVERB_APP_RATE_LIMIT_TERMINATE,
  };
}

/** What means less here than it says. */
export function remarksOnApps(given: Variables): Remark[] {
  if (given.REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM !== 'all') return [];
  return ['configuration.client_events'];
}
