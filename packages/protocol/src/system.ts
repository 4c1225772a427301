import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { Timestamp } from './primitive.ts';

/**
 * All that can be found, by a stable code: what it is of, a dot, what is said of it. First how it is,
 * then the names of the values that its words have places for.
 */
export const SYSTEM_FINDINGS = {
  'node.ok': ['ok', 'version'],
  'configuration.ok': ['ok'],
  'configuration.fault': ['wrong', 'fault'],
  'configuration.client_events': ['warning'],
  'configuration.mailer': ['warning'],
  'configuration.apps_file': ['warning'],
  'configuration.broadcast_log': ['warning'],
  'proxy.untrusted': ['warning'],
  'database.ok': ['ok', 'name'],
  'database.new': ['ok', 'name'],
  'database.pending': ['warning', 'name', 'count'],
  'database.newer': ['wrong', 'name'],
  'database.damaged': ['wrong', 'name', 'fault'],
  'database.file': ['wrong', 'reason', 'file'],
  'database.server': ['wrong', 'reason'],
  'redis.unused': ['ok'],
  'redis.ok': ['ok'],
  'redis.away': ['wrong', 'reason'],
  'address.ok': ['ok', 'url'],
  'address.quiet': ['warning', 'url', 'reason'],
  'address.away': ['wrong', 'url', 'reason'],
  'websocket.unused': ['ok'],
  'websocket.ok': ['ok', 'url'],
  'websocket.blocked': ['wrong', 'url'],
  'websocket.silent': ['wrong', 'url', 'seconds'],
  'websocket.foreign': ['wrong', 'url'],
  'mail.unused': ['ok'],
  'mail.ok': ['ok', 'server', 'sender'],
  'mail.away': ['wrong', 'server', 'reason'],
  'files.folder': ['ok', 'folder'],
  'files.bucket': ['ok', 'bucket'],
  'files.away': ['wrong', 'bucket', 'reason'],
  'virus.unused': ['ok'],
  'virus.ok': ['ok', 'scanner'],
  'virus.away': ['wrong', 'scanner', 'reason'],
  'virus.blind': ['wrong', 'scanner'],
  'virus.small': ['warning', 'scanner', 'mebibytes'],
  'disk.ok': ['ok', 'free_gib', 'folder'],
  'disk.low': ['warning', 'free_gib', 'folder'],
  'disk.full': ['wrong', 'free_gib', 'folder'],
  'disk.readonly': ['wrong', 'folder'],
  'disk.open': ['warning', 'folder'],
  'jobs.ok': ['ok', 'due', 'later'],
  'jobs.overdue': ['warning', 'due', 'later', 'minutes'],
  'realtime.ok': ['ok', 'count'],
  'realtime.none': ['ok'],
  'realtime.degraded': ['wrong', 'provider'],
  'push.ok': ['ok', 'browsers', 'agents'],
  'push.insecure': ['warning', 'browsers', 'agents'],
  'clock.alone': ['ok', 'time'],
  'clock.ok': ['ok', 'seconds', 'name'],
  'clock.off': ['warning', 'seconds', 'name'],
  'clock.far': ['wrong', 'seconds', 'name'],
  'clock.back': ['wrong', 'seconds'],
  'check.late': ['wrong', 'seconds'],
  'check.failed': ['wrong', 'reason'],
} as const satisfies Record<string, readonly ['ok' | 'warning' | 'wrong', ...string[]]>;

export type SystemCode = keyof typeof SYSTEM_FINDINGS;
type NamesOf<Found> = Found extends readonly [string, ...infer Names extends string[]]
  ? Names[number]
  : never;
export type SystemValues<C extends SystemCode> = Readonly<
  Record<NamesOf<(typeof SYSTEM_FINDINGS)[C]>, string | number>
>;

/** What is said of each, with `{places}` for its values; what is not well has an advice. */
export type SystemWords = {
  readonly [C in SystemCode]: (typeof SYSTEM_FINDINGS)[C][0] extends 'ok'
    ? { readonly said: string }
    : { readonly said: string; readonly advice: string };
};

/** What was found of one thing that the server stands on. */
export const SystemFinding = z.object({
  state: z.enum(['ok', 'warning', 'wrong']),
  /** `database`, `mail`, `disk`…: more may come. */
  what: z.string(),
  /** One of `SYSTEM_FINDINGS`: more may come. */
  code: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** In English, as `parley doctor` says it. */
  said: z.string(),
  /** What to do, in English; absent where all is well. */
  advice: z.optional(z.string()),
});
export type SystemFinding = z.infer<typeof SystemFinding>;

export const SystemAnswer = z.object({
  ...success,
  version: z.string(),
  node: z.string(),
  checked_at: Timestamp,
  findings: z.array(SystemFinding),
});
export type SystemAnswer = z.infer<typeof SystemAnswer>;
