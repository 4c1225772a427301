import { z } from 'zod/mini';

export const RealtimeProvider = z.enum(['pusher', 'reverb', 'polling']);
export type RealtimeProvider = z.infer<typeof RealtimeProvider>;

export const ReverbConfig = z.object({
  enabled: z.boolean(),
  key: z.string(),
  host: z.string(),
  port: z.int(),
  scheme: z.enum(['http', 'https']),
  /** Whether `ChatHead` follows each subscription (SYNC-6); not so where the server is external. */
  heads: z.boolean(),
});
export type ReverbConfig = z.infer<typeof ReverbConfig>;

export const PusherConfig = z.object({
  enabled: z.boolean(),
  key: z.string(),
  cluster: z.string(),
  encrypted: z.boolean(),
  /** Only where the host is not the cluster's own (`PUSHER_HOST`). */
  host: z.optional(z.string()),
  port: z.optional(z.int()),
  scheme: z.optional(z.enum(['http', 'https'])),
});
export type PusherConfig = z.infer<typeof PusherConfig>;

/** What a page needs to know to receive events: never a secret. */
export const RealtimeConfig = z.object({
  /** The first provider that is enabled. */
  realtimeProvider: RealtimeProvider,
  reverb: ReverbConfig,
  pusher: PusherConfig,
  polling: z.object({
    /** Plain interval where long requests are cut. */
    interval_ms: z.int(),
    /** How long one request may wait. */
    wait_s: z.int(),
  }),
  /** Those that take subscribers at the moment, but no events (RT-8); absent: none. */
  degraded: z.optional(z.array(RealtimeProvider)),
});
export type RealtimeConfig = z.infer<typeof RealtimeConfig>;
