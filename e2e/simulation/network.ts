import type { HttpResponse } from '../../packages/client/src/environment.ts';
import type { Random } from '../../packages/client/src/testing/random.ts';
import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';
import type {
  SocketFaults,
  SocketNetwork,
} from '../../packages/client/src/testing/simulated-socket.ts';
import type { Person } from './identities.ts';
import type { SimulatedNodes } from './nodes.ts';
import type { SimulatedAnswer, SimulatedRequest } from './server.ts';
import type { SocketHub } from './sockets.ts';

/** What goes wrong between browsers and the server; all of it may change at any time. */
export interface Faults extends SocketFaults {
  /** Whether HTTP gets through. `hang`: requests are never answered. */
  http: 'up' | 'down' | 'hang';
  /** How often a request is lost on its way, or its answer after the server did what it asked. */
  lostRequests: number;
  lostAnswers: number;
  /** How often the answer never comes, after the server did what was asked. */
  hangingAnswers: number;
  /** How often a proxy asks twice, as some do with what was not answered at once. */
  repeatedRequests: number;
  /** How often a proxy answers by itself: 429, 502, 503. */
  busyProxy: number;
  /** How often an answer takes seconds, so that others overtake it. */
  slowAnswers: number;
  /** A proxy that ends what waits longer than this, in milliseconds. */
  cut_ms: number;
}

const NO_FAULTS: Readonly<Faults> = {
  http: 'up',
  lostRequests: 0,
  lostAnswers: 0,
  hangingAnswers: 0,
  repeatedRequests: 0,
  busyProxy: 0,
  slowAnswers: 0,
  cut_ms: Number.POSITIVE_INFINITY,
  pusher: 'up',
  reverb: 'up',
  lostEvents: 0,
  repeatedEvents: 0,
  overtakenEvents: 0,
};

/** Who asks: a page, in the name of whoever is at it when the request leaves. */
export interface Sender {
  readonly client: string;
  readonly person: Person;
}

/** One exchange, as the server saw it: whether its answer arrived is another question. */
export interface Exchange {
  readonly from: Sender;
  readonly request: SimulatedRequest;
  readonly answer: SimulatedAnswer;
}

/** The network between the browsers and the server. */
export class SimulatedNetwork implements SocketNetwork {
  readonly faults: Faults = { ...NO_FAULTS };
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly server: SocketHub;
  /** Called with each exchange. */
  onExchange: (exchange: Exchange) => void = () => undefined;
  /** Called with each request as it leaves its client. */
  onRequest: (from: Sender, url: string) => void = () => undefined;
  /** Requests so far. */
  requests = 0;
  /** `updates` requests that are under way, by client, and the most that one ever had. */
  pollsMax = 0;
  readonly #polls = new Map<string, number>();
  readonly #http: SimulatedNodes;

  constructor(clock: SimulatedClock, random: Random, hub: SocketHub, http: SimulatedNodes) {
    this.clock = clock;
    this.random = random;
    this.server = hub;
    this.#http = http;
  }

  heal(): void {
    Object.assign(this.faults, NO_FAULTS);
  }

  latency_ms(): number {
    return this.random.between(5, 60);
  }

  /** @param cookie what the browser adds for the server's own pages */
  async fetch(
    from: Sender,
    url: string,
    init: RequestInit,
    cookie: string | null,
  ): Promise<HttpResponse> {
    const { pathname, search } = new URL(url);
    const signal = init.signal ?? new AbortController().signal;
    // What was given up before it began is not sent.
    if (signal.aborted) throw new DOMException('aborted', 'AbortError');
    this.requests += 1;
    this.onRequest(from, pathname + search);
    const isPoll = pathname.endsWith('/updates');
    if (isPoll) this.#countPoll(from.client, 1);
    try {
      const request = requestFrom(pathname + search, init, cookie, signal);
      return await orAborted(signal, this.#exchange(from, request));
    } finally {
      if (isPoll) this.#countPoll(from.client, -1);
    }
  }

  #countPoll(client: string, change: number): void {
    const count = (this.#polls.get(client) ?? 0) + change;
    this.#polls.set(client, count);
    this.pollsMax = Math.max(this.pollsMax, count);
  }

  async #exchange(from: Sender, request: SimulatedRequest): Promise<HttpResponse> {
    const { clock, faults, random } = this;
    await clock.wait(this.latency_ms());
    await this.#passGate();
    if (random.chance(faults.lostRequests)) throw new TypeError('request lost');
    if (random.chance(faults.busyProxy)) return responseFrom(proxyAnswer(random));
    const asked_ms = clock.now_ms();
    const cut = new Promise<never>((_, reject) => {
      if (!Number.isFinite(faults.cut_ms)) return;
      clock.after(faults.cut_ms, () => reject(new TypeError('cut by a proxy')));
    });
    const answer = await Promise.race([this.#ask(from, request), cut]);
    if (random.chance(faults.lostAnswers)) throw new TypeError('answer lost');
    if (random.chance(faults.hangingAnswers)) await new Promise<never>(() => undefined);
    const isSlow = random.chance(faults.slowAnswers);
    await clock.wait(isSlow ? random.between(500, 5_000) : this.latency_ms());
    if (clock.now_ms() - asked_ms > 1_000) await this.#passGate();
    return responseFrom(answer);
  }

  async #ask(from: Sender, request: SimulatedRequest): Promise<SimulatedAnswer> {
    if (this.random.chance(this.faults.repeatedRequests)) {
      // The first answer is the one that the proxy passes on; the other goes nowhere.
      const later = this.clock.wait(this.random.between(0, 200));
      void later.then(() => this.#answer(from, request)).catch(() => undefined);
    }
    return this.#answer(from, request);
  }

  async #answer(from: Sender, request: SimulatedRequest): Promise<SimulatedAnswer> {
    const answer = await this.#http.handle(from.client, request);
    this.onExchange({ from, request, answer });
    return answer;
  }

  async #passGate(): Promise<void> {
    if (this.faults.http === 'down') throw new TypeError('connection refused');
    if (this.faults.http === 'hang') await new Promise<never>(() => undefined);
  }
}

function requestFrom(
  url: string,
  init: RequestInit,
  cookie: string | null,
  signal: AbortSignal,
): SimulatedRequest {
  const headers = Object.fromEntries(new Headers(init.headers));
  return {
    method: (init.method ?? 'GET') as SimulatedRequest['method'],
    url,
    headers: { ...headers, host: 'chat.example', ...(cookie === null ? {} : { cookie }) },
    ...(typeof init.body === 'string' ? { payload: init.body } : {}),
    // Only who waits is missed where a client leaves.
    ...(url.includes('wait=') ? { signal } : {}),
  };
}

function proxyAnswer(random: Random): SimulatedAnswer {
  const [status, retryAfter] = random.pick([
    [429, '1'],
    [502, null],
    [503, '2'],
    [503, null],
    [504, null],
  ] as const);
  const headers = new Headers(retryAfter === null ? {} : { 'retry-after': retryAfter });
  return { status, headers, text: '<html><body>The proxy has had enough</body></html>' };
}

function responseFrom({ status, headers, text }: SimulatedAnswer): HttpResponse {
  return { ok: status >= 200 && status < 300, status, headers, text: () => Promise.resolve(text) };
}

async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // The work goes on without anyone who waits for it.
  work.catch(() => undefined);
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // A signal that is made of others is kept as long as somebody listens.
    signal.removeEventListener('abort', abort);
  }
}
