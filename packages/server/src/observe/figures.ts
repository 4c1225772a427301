import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DatabaseUnavailableError } from '../database/database.ts';
import type { JobOutcome } from '../job/job.ts';
import type { Queue } from '../job/job.queries.ts';

/** Seconds: from what memory answers to what somebody complains about. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const GROUP_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What is read when somebody asks for the figures, and never else. */
export interface Gauges {
  readonly waitingPolls: () => number;
  readonly dashboardSockets: () => number;
  readonly degraded: () => readonly string[];
  readonly queues: () => Promise<readonly Queue[]>;
}

const COMMIT_TO_PUBLISH = 'From COMMIT until sockets and polls of this node were given its events.';

/**
 * The figures of the application for Prometheus; those of sockets are the realtime server's. Labels
 * are names from the code (routes, transactions, kinds of jobs), never what somebody sent.
 */
export class Figures {
  readonly #registry = new Registry();
  #committedAt_ms: number | null = null;

  readonly #answers = this.#counter('http_requests_total', 'Answers, by route and status.', [
    'method',
    'route',
    'status',
  ]);
  readonly #answerTimes = this.#histogram(
    'http_request_duration_seconds',
    'What answers took. Long polls are not in it, for they wait on purpose.',
    ['method', 'route'],
  );
  readonly #writes = this.#counter('writes_total', 'Transactions, by what became of them.', [
    'transaction',
    'outcome',
  ]);
  readonly #writeTimes = this.#histogram(
    'write_duration_seconds',
    'From asking for a transaction until it is known to be on disk.',
    [],
  );
  readonly #groups = this.#histogram(
    'write_group_transactions',
    'Transactions that shared a COMMIT (SQLite).',
    [],
    GROUP_BUCKETS,
  );
  readonly #published = this.#counter('events_published_total', 'Events after a commit.', []);
  readonly #publishTimes = this.#histogram('publish_delay_seconds', COMMIT_TO_PUBLISH, []);
  readonly #jobs = this.#counter('jobs_total', 'Attempts at jobs, by what became of them.', [
    'kind',
    'outcome',
  ]);
  readonly #jobTimes = this.#histogram('job_duration_seconds', 'What an attempt took.', ['kind']);
  readonly #mails = this.#counter('mails_total', 'Mails, by what the next server said.', [
    'outcome',
  ]);
  readonly #pushes = this.#counter('pushes_total', 'Notifications of browsers.', ['outcome']);
  readonly #webhooks = this.#counter('webhooks_total', 'Attempts at webhooks of conversations.', [
    'outcome',
  ]);
  readonly #files = this.#histogram('file_duration_seconds', 'What the storage of files took.', [
    'operation',
    'outcome',
  ]);

  readonly #database = this.#gauge('database_up', 'Whether the database answers.', []);
  readonly #depth = this.#gauge(
    'job_queue_depth',
    'Jobs that are due, of all nodes, by kind; more than 10,000 are not counted.',
    ['kind'],
  );
  readonly #age = this.#gauge(
    'job_queue_age_seconds',
    'How long the oldest due job has waited, by kind.',
    ['kind'],
  );
  #queues: Gauges['queues'] | null = null;

  /** @param withProcess whether those of the process are wanted, which the realtime server has as well */
  constructor({ version, withProcess }: { version: string; withProcess: boolean }) {
    if (withProcess) collectDefaultMetrics({ register: this.#registry });
    const info = this.#gauge('info', 'The version that runs.', ['version']);
    info.set({ version }, 1);
  }

  /** What is asked for when somebody reads; to be called once. */
  watch({ waitingPolls, dashboardSockets, degraded, queues }: Gauges): void {
    this.#gauge('waiting_polls', 'Polls that wait for news on this node.', [], (gauge) =>
      gauge.set(waitingPolls()),
    );
    this.#gauge('dashboard_sockets', 'Sockets of /ws/dashboard on this node.', [], (gauge) =>
      gauge.set(dashboardSockets()),
    );
    this.#gauge(
      'provider_degraded',
      '1 for a provider that takes no events.',
      ['provider'],
      (gauge) => {
        gauge.reset();
        for (const provider of degraded()) gauge.set({ provider }, 1);
      },
    );
    this.#queues = queues;
  }

  /** @param waited whether it was to wait for something to happen */
  answered(of: { method: string; route: string; status: number; ms: number; waited: boolean }) {
    const { method, route, status, ms, waited } = of;
    this.#answers.inc({ method, route, status });
    if (!waited) this.#answerTimes.observe({ method, route }, ms / 1_000);
  }

  wrote(transaction: string, outcome: 'done' | 'refused' | 'failed', ms: number): void {
    this.#writes.inc({ transaction, outcome });
    this.#writeTimes.observe(ms / 1_000);
  }

  /** @param at_ms of the COMMIT, in Unix milliseconds with fractions */
  committed(transactions: number, at_ms: number): void {
    this.#groups.observe(transactions);
    this.#committedAt_ms = at_ms;
  }

  /** On databases that tell of no groups: a transaction is known to be committed right now. */
  committedOne(): void {
    this.#committedAt_ms = now_ms();
  }

  /** Events are out. Whoever publishes does so in the turn in which it hears of its commit. */
  published(events: number): void {
    this.#published.inc(events);
    if (this.#committedAt_ms === null) return;
    this.#publishTimes.observe(Math.max(0, now_ms() - this.#committedAt_ms) / 1_000);
  }

  job(kind: string, outcome: JobOutcome, ms: number): void {
    this.#jobs.inc({ kind, outcome });
    this.#jobTimes.observe({ kind }, ms / 1_000);
  }

  mailed(outcome: string): void {
    this.#mails.inc({ outcome });
  }

  pushed(outcome: string): void {
    this.#pushes.inc({ outcome });
  }

  /** @param outcome `refused`: answered otherwise than with 2xx; `failed`: not at all */
  webhooked(outcome: 'taken' | 'refused' | 'failed'): void {
    this.#webhooks.inc({ outcome });
  }

  stored(operation: string, outcome: 'done' | 'failed', ms: number): void {
    this.#files.observe({ operation, outcome }, ms / 1_000);
  }

  /** In Prometheus's text format, version 0.0.4. */
  async render(): Promise<string> {
    await this.#readQueues();
    return this.#registry.metrics();
  }

  /** A database that is away is a figure as well, and hides no other. */
  async #readQueues(): Promise<void> {
    this.#depth.reset();
    this.#age.reset();
    try {
      for (const { kind, due, oldest_ms } of (await this.#queues?.()) ?? []) {
        this.#depth.set({ kind }, due);
        this.#age.set({ kind }, oldest_ms / 1_000);
      }
      this.#database.set(1);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      this.#database.set(0);
    }
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name: `parley_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    buckets: number[] = BUCKETS_S,
  ): Histogram<L> {
    const registers = [this.#registry];
    return new Histogram({ name: `parley_${name}`, help, labelNames, buckets, registers });
  }

  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    read: (gauge: Gauge<L>) => void = () => undefined,
  ): Gauge<L> {
    return new Gauge({
      name: `parley_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        read(this);
      },
    });
  }
}

/** The same in every thread of a process. */
function now_ms(): number {
  return performance.timeOrigin + performance.now();
}
