import type { RealtimeProvider, UpdatesAnswer } from '@parley/protocol';
import type { ApiError } from './api-error.ts';
import { pause, type Environment, type Pause } from './environment.ts';
import { asApiError } from './http.ts';
import {
  afterAnswer,
  afterCut,
  afterOutage,
  LONG_POLLING,
  mayWait,
  type PollingMode,
} from './polling-mode.ts';
import { isPassing, reconnectDelay_ms } from './reconnect-policy.ts';

export interface PollRequest {
  /** Null: begin here. */
  readonly cursor: string | null;
  /** How long the server may hold the answer; 0: not at all. */
  readonly wait_s: number;
  readonly channels: ReadonlySet<string>;
  readonly timeout_ms: number;
  readonly signal: AbortSignal;
}

export interface PollingHandlers {
  /** Whether requests are answered. */
  onWorking(working: boolean): void;
  /**
   * From now on nothing of this channel is missed; what came before has to be compared. `heads`:
   * with the head that comes right after this.
   */
  onSubscribed(channel: string, heads: boolean): void;
  onEvent(channel: string, event: string, data: unknown): void;
  onUnauthorized(): void;
  /** Told with each answer: to which providers publishing fails at the moment (RT-8). */
  onDegraded(names: readonly RealtimeProvider[]): void;
  /** A change worth a line. */
  onNote(note: string): void;
}

export interface PollingOptions {
  readonly environment: Environment;
  /** Between plain requests, in milliseconds. */
  readonly interval_ms: number;
  /** How long one request may wait, in seconds. */
  readonly wait_s: number;
  /** Rejects with ApiError. */
  readonly poll: (request: PollRequest) => Promise<UpdatesAnswer>;
  readonly handlers: PollingHandlers;
}

export interface PollingProvider {
  start(): void;
  stop(): void;
  /** Asks anew at once. */
  kick(): void;
  follow(channels: ReadonlySet<string>): void;
}

/** Longer than this beyond its wait, and the answer does not come any more. */
const SLACK_ms = 10_000;
/** What ended sooner tells of a bad network rather than of a proxy with a time limit. */
const CUT_MIN_ms = 2_000;
/** An empty answer that came sooner did not wait as it should have. */
const HELD_MIN_ms = 500;

/** One run of the loop, from `start` to `stop`. */
interface Run {
  over: boolean;
  request: AbortController;
  /** Null while a request is under way, and where the server asked for the pause. */
  pause: Pause | null;
}

/** The polling provider: exactly one loop of `updates` requests between `start` and `stop` (RT-3). */
export function createPollingProvider(options: PollingOptions): PollingProvider {
  return new Polling(options);
}

class Polling implements PollingProvider {
  readonly #options: PollingOptions;
  #run: Run | null = null;
  #mode: PollingMode = LONG_POLLING;
  #wanted: ReadonlySet<string> = new Set();
  #announced = new Set<string>();
  #cursor: string | null = null;
  #failures = 0;
  /** Answers in a row that began anew: each came from another node, or another run of the server. */
  #resets = 0;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#run !== null) return;
    this.#cursor = null;
    this.#failures = 0;
    this.#resets = 0;
    this.#announced = new Set();
    const run: Run = { over: false, request: new AbortController(), pause: null };
    this.#run = run;
    void this.#loop(run);
  }

  stop(): void {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    run.over = true;
    run.request.abort();
    run.pause?.wake();
  }

  kick(): void {
    // What is under way may hang on a network that is gone.
    this.#run?.request.abort();
    this.#run?.pause?.wake();
  }

  follow(channels: ReadonlySet<string>): void {
    this.#wanted = channels;
    this.#announced = new Set([...this.#announced].filter((channel) => channels.has(channel)));
    // The request that waits does not know of new ones. Its cursor stands: nothing is lost.
    if (this.#announced.size < channels.size) this.kick();
  }

  async #loop(run: Run): Promise<void> {
    while (!run.over) {
      const { delay_ms, wakeable } = await this.#ask(run);
      if (run.over || delay_ms === 0) continue;
      const rest = pause(this.#options.environment, delay_ms);
      if (wakeable) run.pause = rest;
      await rest.done;
      run.pause = null;
    }
  }

  /** One request. Returns how long to rest before the next. */
  async #ask(run: Run): Promise<Rest> {
    const { environment, poll } = this.#options;
    const asked_ms = environment.now_ms();
    const cursor = this.#cursor;
    // The first request only asks where to begin; after an outage a plain one shows what works.
    const waits = cursor !== null && this.#failures === 0 && mayWait(this.#mode, asked_ms);
    const wait_s = waits ? this.#options.wait_s : 0;
    run.request = new AbortController();
    const { signal } = run.request;
    // Events after this cursor will come, so what is compared from now on leaves no gap.
    if (cursor !== null) this.#announce(NONE);
    try {
      const timeout_ms = wait_s * 1_000 + SLACK_ms;
      const channels = this.#wanted;
      const answer = await poll({ cursor, wait_s, channels, timeout_ms, signal });
      if (run.over || signal.aborted) return NO_REST;
      return this.#take(answer, waits, environment.now_ms() - asked_ms);
    } catch (thrown) {
      // Ended by us: stopped, or to ask anew.
      if (run.over || signal.aborted) return NO_REST;
      return this.#fail(asApiError(thrown), waits, environment.now_ms() - asked_ms);
    }
  }

  /** @param greeted channels whose head comes by itself */
  #announce(greeted: ReadonlySet<string>): void {
    for (const channel of this.#wanted) {
      if (this.#announced.has(channel)) continue;
      this.#announced.add(channel);
      this.#options.handlers.onSubscribed(channel, greeted.has(channel));
    }
  }

  #take(answer: UpdatesAnswer, waited: boolean, took_ms: number): Rest {
    const { environment, handlers, interval_ms } = this.#options;
    const moved = answer.cursor !== this.#cursor;
    const begins = this.#cursor === null || answer.reset === true;
    this.#cursor = answer.cursor;
    this.#failures = 0;
    this.#resets = answer.reset === true ? this.#resets + 1 : 0;
    this.#setMode(afterAnswer(this.#mode, waited, environment.now_ms()));
    handlers.onWorking(true);
    if (begins) {
      this.#announced = new Set();
      this.#announce(greetedIn(answer));
    }
    for (const { channel, event, data } of answer.events) handlers.onEvent(channel, event, data);
    this.#announce(NONE);
    handlers.onDegraded(answer.degraded ?? []);
    // Where each request comes to another node none of them waits, and all of them say the heads.
    const goesRound = this.#resets > 1;
    if (!goesRound) {
      if (begins || (waited && (moved || took_ms >= HELD_MIN_ms))) return NO_REST;
      if (this.#mode.kind === 'long' && !waited) return NO_REST;
    }
    const jitter = 0.8 + 0.4 * environment.random();
    return { delay_ms: interval_ms * jitter, wakeable: true };
  }

  #fail(error: ApiError, waited: boolean, took_ms: number): Rest {
    const { environment, handlers } = this.#options;
    if (error.status === 401) handlers.onUnauthorized();
    const cut = waited && took_ms >= CUT_MIN_ms && isPassing(error.status) && error.status !== 429;
    if (cut) {
      this.#setMode(afterCut(this.#mode, environment.now_ms()));
      return { delay_ms: 1 + 250 * environment.random(), wakeable: true };
    }
    this.#setMode(afterOutage(this.#mode));
    this.#failures += 1;
    handlers.onWorking(false);
    const delay_ms = reconnectDelay_ms(this.#failures, environment.random(), error.retryAfter_s);
    handlers.onNote(`failed (${error.code}), again in ${Math.round(delay_ms)} ms`);
    return { delay_ms, wakeable: error.retryAfter_s === null };
  }

  #setMode(mode: PollingMode): void {
    const plain = mode.kind === 'plain';
    if (plain !== (this.#mode.kind === 'plain')) {
      this.#options.handlers.onNote(
        plain ? 'long requests are cut, asking at intervals' : 'long requests work',
      );
    }
    this.#mode = mode;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** As after a subscription on the own server, the first answer says where the streams stand. */
function greetedIn({ events }: UpdatesAnswer): ReadonlySet<string> {
  const isGreeting = (event: string) => event === 'ChatHead' || event === 'ChatCurrentConversation';
  return new Set(events.filter(({ event }) => isGreeting(event)).map(({ channel }) => channel));
}

interface Rest {
  readonly delay_ms: number;
  /** Whether a kick ends it; not where the server asked for it. */
  readonly wakeable: boolean;
}

const NO_REST: Rest = { delay_ms: 0, wakeable: true };
