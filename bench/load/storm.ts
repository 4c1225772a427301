import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTime, listenOverflows } from '../process-usage.ts';
import type { Job, Restart, Restarted, Work } from '../work.ts';
import { Api } from './api.ts';
import type { Report } from './main.ts';
import { Page } from './page.ts';
import { startProfile } from './profile.ts';
import { beginVisitors, type TalkingVisitor } from './visitors.ts';

const SETTING_AT_ONCE = 64;
/** Between two messages of one sender: as many as its limit allows. */
const PAUSE_MS = 1_000;
/** After a refusal. */
const RETRY_MS = 200;
const LIVE_MAX_MS = 120_000;

/**
 * All visitors follow their conversations when the server is stopped and started again. The time runs
 * from when it is told to stop until every one of them is live again; meanwhile others send messages,
 * each until it is acknowledged.
 */
export async function measureStorm(
  job: Job,
  { visitors, senders }: Extract<Work, { type: 'storm' }>,
  report: Report,
): Promise<void> {
  const api = new Api(job.port, SETTING_AT_ONCE);
  const all = await beginVisitors(api, visitors + senders, SETTING_AT_ONCE);
  const crowd = new Crowd(all.slice(senders), job.port);
  await crowd.gather();
  const sending = new Sending(api, all.slice(0, senders));
  crowd.forget();
  const overflowsBefore = listenOverflows();
  const began = performance.now();
  process.send?.({ ask: 'restart' } satisfies Restart);
  const [{ pids, inspector }] = (await once(process, 'message')) as [Restarted];
  const ownBefore = process.cpuUsage();
  const up = performance.now();
  const stopProfile = inspector === null ? null : await startProfile(inspector);
  const sent = sending.start();
  await crowd.allLive();
  const live = performance.now();
  const own = process.cpuUsage(ownBefore);
  const server = cpuTime(pids);
  sending.stop();
  await sent;
  const latencies = sending.latencies_ms.sort((a, b) => a - b);
  const at = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
  report({
    row: 'storm',
    value: (live - began) * 1e6,
    also: {
      'down s': (up - began) / 1_000,
      'sends meanwhile': latencies.length,
      'p50 ms': at(0.5),
      'p99 ms': at(0.99),
      'refused sends': sending.refusals,
      'half live s': ((crowd.liveAt_ms[Math.floor(visitors / 2)] ?? Number.NaN) - began) / 1_000,
      '99 % live s': ((crowd.liveAt_ms[Math.floor(visitors * 0.99)] ?? Number.NaN) - began) / 1_000,
      'attempts at most': Math.max(...crowd.failures),
      'CPU s': server.used_ns / 1e9,
      'waited s': server.waited_ns / 1e9,
      'CPU s of the load': (own.user + own.system) / 1e6,
      'no room to call': listenOverflows() - overflowsBefore,
    },
    profile: stopProfile === null ? null : await stopProfile(),
  });
  crowd.leave();
  api.close();
}

/** Everybody who listens. */
class Crowd {
  readonly #pages: readonly Page[];
  /** Each page's call for its channels has a connection of its own, as it has from a browser. */
  readonly #api: Api;
  #live = 0;
  /** For each time that a page was live again: when, and after how many attempts that failed. */
  readonly liveAt_ms: number[] = [];
  readonly failures: number[] = [];
  #done: () => void = () => undefined;

  constructor(visitors: readonly TalkingVisitor[], port: number) {
    this.#api = new Api(port, 0);
    const changed = (page: Page): void => {
      this.#live += page.isLive ? 1 : -1;
      if (page.isLive) {
        this.liveAt_ms.push(performance.now());
        this.failures.push(page.failures);
      }
      if (this.#live === this.#pages.length) this.#done();
    };
    this.#pages = visitors.map((visitor) => new Page(visitor, port, this.#api, changed));
  }

  async gather(): Promise<void> {
    for (const [index, page] of this.#pages.entries()) {
      page.connect();
      if (index % 100 === 99) await sleep(30);
    }
    await this.allLive();
  }

  forget(): void {
    this.liveAt_ms.length = 0;
    this.failures.length = 0;
  }

  async allLive(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    if (this.#live === this.#pages.length) return;
    const late = sleep(LIVE_MAX_MS, 'late' as const, { ref: false });
    if ((await Promise.race([done, late])) === 'late') {
      throw new Error(`${this.#pages.length - this.#live} are not live in time`);
    }
  }

  leave(): void {
    for (const page of this.#pages) page.leave();
    this.#api.close();
  }
}

/** Those who write meanwhile: each one message after another. */
class Sending {
  readonly latencies_ms: number[] = [];
  /** Requests that got another answer than an acknowledgement, and were made again. */
  refusals = 0;
  readonly #api: Api;
  readonly #senders: readonly TalkingVisitor[];
  #isOver = false;

  constructor(api: Api, senders: readonly TalkingVisitor[]) {
    this.#api = api;
    this.#senders = senders;
  }

  async start(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => this.#write(sender)));
  }

  stop(): void {
    this.#isOver = true;
  }

  async #write({ conversationId, token }: TalkingVisitor): Promise<void> {
    while (!this.#isOver) {
      const body = {
        text: 'Is anybody there?',
        client_message_id: crypto.randomUUID(),
        conversation_id: conversationId,
      };
      const began = performance.now();
      while (!(await this.#isTaken(token, body))) await sleep(RETRY_MS);
      this.latencies_ms.push(performance.now() - began);
      await sleep(PAUSE_MS);
    }
  }

  async #isTaken(token: string, body: object): Promise<boolean> {
    try {
      await this.#api.post('/api/chatbot/message', token, body);
      return true;
    } catch {
      this.refusals += 1;
      return false;
    }
  }
}
