import { z } from 'zod/mini';
import { text } from './primitive.ts';
import { TimeOfDay, KnownTimeZone } from './site-settings.ts';

/** Each day from `from` to `to`, past midnight where that is earlier. */
export const QuietHours = z.object({ time_zone: KnownTimeZone, from: TimeOfDay, to: TimeOfDay });
export type QuietHours = z.infer<typeof QuietHours>;

/** What an agent who is away is told of. */
export const NotificationSettings = z.object({
  /** `mine`: what is assigned to the agent, or to nobody. */
  push: z.enum(['all', 'mine', 'off']),
  /** A mail once a visitor has waited so long, one for each wait. Null: none. */
  email_after_minutes: z.nullable(z.int().check(z.minimum(1), z.maximum(1_440))),
  /** Nothing rings then, and no mail is sent. */
  quiet: z.nullable(QuietHours),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

export const NotificationPatch = z.partial(NotificationSettings);
export type NotificationPatch = z.infer<typeof NotificationPatch>;

export const NotificationAnswer = z.object({
  success: z.literal(true),
  settings: NotificationSettings,
  /** The application server's key, for `pushManager.subscribe`. */
  public_key: z.string(),
  /** Whether this server sends mail. */
  mail: z.boolean(),
});
export type NotificationAnswer = z.infer<typeof NotificationAnswer>;

const base64Url = (max_chars: number) =>
  z.string().check(z.regex(/^[\w-]+=*$/), z.maxLength(max_chars));

/** As the browser's `PushSubscription.toJSON()` has it. */
export const PushSubscriptionRequest = z.object({
  endpoint: text(1_000),
  keys: z.object({ p256dh: base64Url(200), auth: base64Url(100) }),
});
export type PushSubscriptionRequest = z.infer<typeof PushSubscriptionRequest>;

export const PushEndpointRequest = z.object({ endpoint: text(1_000) });
export type PushEndpointRequest = z.infer<typeof PushEndpointRequest>;
