import type { HttpResponse } from '../environment.ts';
import type { Random } from './random.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SocketFaults } from './simulated-socket.ts';
import type { SimulatedRequest, SimulatedServer } from './simulated-server.ts';

/** What goes wrong; all of it may change at any time. */
export interface Faults extends SocketFaults {
  /** Whether HTTP gets through. `hang`: requests are never answered. */
  http: 'up' | 'down' | 'hang';
  /** How often a request is lost on its way, or its answer after the server did what it asked. */
  lostRequests: number;
  lostAnswers: number;
  /** How often the answer never comes, after the server did what was asked. */
  hangingAnswers: number;
  /** A proxy that ends what waits longer than this, in milliseconds. */
  cut_ms: number;
}

export const NO_FAULTS: Readonly<Faults> = {
  http: 'up',
  lostRequests: 0,
  lostAnswers: 0,
  hangingAnswers: 0,
  cut_ms: Number.POSITIVE_INFINITY,
  pusher: 'up',
  reverb: 'up',
  lostEvents: 0,
  repeatedEvents: 0,
  overtakenEvents: 0,
};

/** The network between the clients and the server. */
export class SimulatedNetwork {
  readonly faults: Faults = { ...NO_FAULTS };
  readonly clock: SimulatedClock;
  readonly server: SimulatedServer;
  readonly random: Random;
  /** Requests so far: client, method and path. */
  readonly requests: { readonly client: string; readonly call: string }[] = [];
  /** `updates` requests that are under way, by client. */
  readonly polls = new Map<string, number>();
  /** The most that one client ever had under way at once. */
  pollsMax = 0;

  constructor(clock: SimulatedClock, server: SimulatedServer, random: Random) {
    this.clock = clock;
    this.server = server;
    this.random = random;
  }

  heal(): void {
    Object.assign(this.faults, NO_FAULTS);
  }

  /** How often somebody asked for a path that holds this. */
  count(part: string, client?: string): number {
    return this.requests.filter(
      (request) =>
        request.call.includes(part) && (client === undefined || request.client === client),
    ).length;
  }

  latency_ms(): number {
    return this.random.between(5, 60);
  }

  async fetch(client: string, url: string, init: RequestInit): Promise<HttpResponse> {
    const { pathname, searchParams } = new URL(url);
    const signal = init.signal ?? new AbortController().signal;
    this.requests.push({ client, call: `${init.method ?? 'GET'} ${pathname}` });
    // Without a cursor it is a question, answered at once.
    const isPoll = pathname.endsWith('/updates') && searchParams.has('cursor');
    if (isPoll) this.#countPoll(client, 1);
    try {
      return await orAborted(signal, this.#exchange(url, init, signal));
    } finally {
      if (isPoll) this.#countPoll(client, -1);
    }
  }

  #countPoll(client: string, change: number): void {
    const count = (this.polls.get(client) ?? 0) + change;
    this.polls.set(client, count);
    this.pollsMax = Math.max(this.pollsMax, count);
  }

  async #exchange(url: string, init: RequestInit, signal: AbortSignal): Promise<HttpResponse> {
    const { clock, faults, random } = this;
    await clock.wait(this.latency_ms());
    await this.#passGate();
    if (random.chance(faults.lostRequests)) throw new TypeError('request lost');
    const asked_ms = clock.now_ms();
    const cut = new Promise<never>((_, reject) => {
      if (!Number.isFinite(faults.cut_ms)) return;
      clock.after(faults.cut_ms, () => reject(new TypeError('cut by a proxy')));
    });
    const answer = await Promise.race([this.server.handle(request(url, init, signal)), cut]);
    if (random.chance(faults.lostAnswers)) throw new TypeError('answer lost');
    if (random.chance(faults.hangingAnswers)) await new Promise<never>(() => undefined);
    await clock.wait(this.latency_ms());
    if (clock.now_ms() - asked_ms > 1_000) await this.#passGate();
    return {
      ok: answer.status < 300,
      status: answer.status,
      headers: new Headers(),
      text: () => Promise.resolve(JSON.stringify(answer.body)),
    };
  }

  async #passGate(): Promise<void> {
    if (this.faults.http === 'down') throw new TypeError('connection refused');
    if (this.faults.http === 'hang') await new Promise<never>(() => undefined);
  }
}

function request(url: string, init: RequestInit, signal: AbortSignal): SimulatedRequest {
  const { pathname, searchParams } = new URL(url);
  const headers = new Headers(init.headers);
  const body = typeof init.body === 'string' ? init.body : '{}';
  return {
    method: init.method ?? 'GET',
    path: pathname,
    query: searchParams,
    token: headers.get('authorization')?.replace('Bearer ', '') ?? null,
    body: JSON.parse(body) as Record<string, unknown>,
    signal,
  };
}

async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // The work goes on without anyone who waits for it.
  work.catch(() => undefined);
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([work, aborted]);
}
