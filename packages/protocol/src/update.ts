import { z } from 'zod/mini';
import { RealtimeProvider } from './site.ts';

/** `?cursor=…&wait=SECONDS` of the polling provider. Without a cursor the answer is one, at once. */
export const UpdatesQuery = z.object({
  cursor: z.optional(z.string().check(z.maxLength(100))),
  wait: z.optional(z.coerce.number().check(z.minimum(0), z.maximum(25))),
});
export type UpdatesQuery = z.infer<typeof UpdatesQuery>;

/** An event as a socket would have brought it. */
export const Update = z.object({ channel: z.string(), event: z.string(), data: z.unknown() });
export type Update = z.infer<typeof Update>;

export const UpdatesAnswer = z.object({
  success: z.literal(true),
  events: z.array(Update),
  /** Opaque. Ask on from it. */
  cursor: z.string(),
  /** The cursor was too old, or of another run of the server: compare heads, then ask on. */
  reset: z.optional(z.boolean()),
  /** Providers to which publishing fails at the moment (RT-8). */
  degraded: z.optional(z.array(RealtimeProvider)),
});
export type UpdatesAnswer = z.infer<typeof UpdatesAnswer>;
