import type { SystemFinding } from '@parley/protocol';
import type { Remote } from '../broadcast/publication.ts';
import type { Config } from '../config/config.ts';
import type { Context } from '../context.ts';
import { queueState } from '../job/job.queries.ts';
import { checksOf } from './checks.ts';
import { type Finding, found, reasonOf } from './finding.ts';

export interface SystemReport {
  readonly checkedAt_ms: number;
  readonly findings: SystemFinding[];
}

export interface SystemQueries {
  /** Looks at everything, once for all who ask within some seconds. Never rejects. */
  look(): Promise<SystemReport>;
}

export interface SystemOptions extends Pick<Context, 'database' | 'clock'> {
  readonly config: Config;
  readonly sqliteFile: string;
  /** Providers that take no events now. */
  readonly degraded: () => readonly Remote[];
  /** Sockets that are open here; null: this server has none of its own. */
  readonly connections: () => number | null;
  /** How many browsers are rung, of how many agents. */
  readonly subscribed: () => Promise<{ browsers: number; agents: number }>;
}

/** What does not answer by then is told as not answering: the page is not to wait for it. */
const THING_MS = 10_000;
/** Who asks again sooner is told the same: mail servers and buckets are not to be hammered. */
const KNOWN_MS = 5_000;
const OVERDUE_MS = 5 * 60_000;

export function createSystemQueries(options: SystemOptions): SystemQueries {
  let known: { readonly report: Promise<SystemReport>; readonly at_ms: number } | null = null;
  return {
    look() {
      const now_ms = options.clock.now_ms();
      if (known === null || now_ms - known.at_ms > KNOWN_MS) {
        known = { report: lookAtAll(options, now_ms), at_ms: now_ms };
      }
      return known.report;
    },
  };
}

async function lookAtAll(options: SystemOptions, checkedAt_ms: number): Promise<SystemReport> {
  const { config, sqliteFile } = options;
  const checks = checksOf({ config, sqliteFile, thorough: false });
  const own = [
    () => jobFindings(options),
    () => realtimeFindings(options),
    () => pushFindings(options),
  ];
  const found = await Promise.all([...checks.things, ...own].map(inTime));
  const findings = [...found.flat(), await checks.clock()];
  return { checkedAt_ms, findings };
}

/** What was found until the time is over, and that it was over. */
async function inTime(thing: () => AsyncIterable<Finding>): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), THING_MS);
  const looking = (async () => {
    for await (const finding of thing()) findings.push(finding);
    return 'done' as const;
  })();
  try {
    const end = await Promise.race([looking, late]);
    if (end === 'done') return findings;
    return [...findings, found('check.late', { seconds: THING_MS / 1_000 })];
  } catch (error) {
    return [...findings, found('check.failed', { reason: reasonOf(error) })];
  } finally {
    clearTimeout(timer);
    // What is late may still fail: that is told already.
    looking.catch(() => undefined);
  }
}

async function* jobFindings({ database, clock }: SystemOptions): AsyncGenerator<Finding> {
  const now_ms = clock.now_ms();
  const { due, later, oldestDue_ms } = await queueState({ database }, now_ms);
  const overdue_ms = oldestDue_ms === null ? 0 : now_ms - oldestDue_ms;
  const minutes = Math.round(overdue_ms / 60_000);
  yield overdue_ms < OVERDUE_MS
    ? found('jobs.ok', { due, later })
    : found('jobs.overdue', { due, later, minutes });
}

async function* realtimeFindings({
  degraded,
  connections,
}: SystemOptions): AsyncGenerator<Finding> {
  const open = connections();
  if (open !== null) yield found('realtime.ok', { count: open });
  for (const provider of degraded()) yield found('realtime.degraded', { provider });
  if (open === null && degraded().length === 0) yield found('realtime.none', {});
}

async function* pushFindings({ config, subscribed }: SystemOptions): AsyncGenerator<Finding> {
  const { browsers, agents } = await subscribed();
  const isSecure = config.appUrl === undefined || config.appUrl.startsWith('https:');
  yield found(isSecure ? 'push.ok' : 'push.insecure', { browsers, agents });
}
