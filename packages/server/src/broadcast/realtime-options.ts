import {
  type AppLimits,
  createRedisBus,
  type RealtimeApp,
  type RealtimeLimits,
  type RealtimeLogger,
  type RealtimeOptions,
} from '@parley/realtime';
import type { AppLimitSettings } from '../config/app-settings.ts';
import type { HostedApp } from '../config/apps-file.ts';
import type { ServerSettings } from '../config/reverb.ts';

/** What the Pusher-protocol server is told, embedded and alone. */
export function realtimeOptions(
  apps: readonly HostedApp[],
  server: ServerSettings,
  logger: RealtimeLogger,
): RealtimeOptions {
  const { redis } = server;
  return {
    logger,
    apps: apps.map(realtimeApp),
    activityTimeout_s: server.activityTimeout_s,
    pingInterval_s: server.pingInterval_s ?? server.activityTimeout_s,
    limits: given<RealtimeLimits>({
      frameBytesMax: server.frame_bytes,
      requestBodyBytesMax: server.requestBody_bytes,
    }),
    ...(redis === null
      ? {}
      : { bus: createRedisBus({ url: redis.url.reveal(), prefix: redis.prefix, logger }) }),
  };
}

function realtimeApp({ id, key, secret, settings }: HostedApp): RealtimeApp {
  const { allowedOrigins, clientEvents, enabled, subscriptionCount, webhooks, limits } = settings;
  return {
    id,
    key,
    secret: secret.reveal(),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
    clientEvents,
    enabled,
    subscriptionCount,
    webhooks,
    limits: appLimits(limits),
  };
}

function appLimits(limits: AppLimitSettings): Partial<AppLimits> {
  return given<AppLimits>({
    connectionsMax: limits.connections,
    channelsMax: limits.channels,
    publicChannelsMax: limits.publicChannels,
    channelsPerConnectionMax: limits.channelsPerConnection,
    eventDataBytesMax: limits.eventData_bytes,
    channelsPerEventMax: limits.channelsPerEvent,
    messageRate: limits.messageRate,
    clientEventsPerSecond: limits.clientEventsPerSecond,
    presenceMembersMax: limits.presenceMembers,
    presenceUserInfoBytesMax: limits.presenceUserInfo_bytes,
  });
}

/** Without what is undefined, which would hide the server's own default. */
function given<T extends object>(values: { [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
