import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { AppError } from '../app-error.ts';
import { errorBody } from './error.ts';

const POLLS = '/api/chatbot/updates';
/** So many new connections lately are a crowd (some 70 in each second); a slow machine alone is none. */
const CROWD = 100;
/** After so long a connection counts half. */
const HALF_LIFE_MS = 1_000;
/** Over so long it is looked whether the event loop had nothing to wait for. */
const LOOK_MS = 100;
const BUSY = 0.98;
const RETRY_AFTER_MIN_S = 1;
const RETRY_AFTER_MAX_S = 5;

const BODY = JSON.stringify(
  errorBody(new AppError('unavailable', 'Everybody is coming back at once. Try again soon.')),
);

/**
 * After a restart all clients come back within seconds, by new connections. While the server has no
 * moment to rest over them, visitors' polls are put off at the door, before anything is looked up: who
 * polls waits for a socket, and what brings the sockets, and messages that are sent, go first. Each is
 * told another time to come again. Agents are few, and served.
 */
export class Rush {
  readonly #chance: () => number;
  /** Connections that came; those of a while ago count less. */
  #crowd = 0;
  #counted_ms = performance.now();
  #look = performance.eventLoopUtilization();
  #looked_ms = performance.now();
  #isBusy = false;

  /** @param chance from 0 to 1 */
  constructor(server: Server, chance: () => number = Math.random) {
    this.#chance = chance;
    server.on('connection', () => {
      this.#count(1);
    });
  }

  /** @returns true where the request was put off, and answered */
  putsOff(request: IncomingMessage, response: ServerResponse): boolean {
    if (!isPoll(request) || !this.#isOn()) return false;
    const range_s = RETRY_AFTER_MAX_S - RETRY_AFTER_MIN_S + 1;
    const retryAfter_s = RETRY_AFTER_MIN_S + Math.floor(this.#chance() * range_s);
    response
      .writeHead(503, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(BODY),
        'retry-after': String(retryAfter_s),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        // A page of any origin may read when to come again; there is nothing else in it.
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'Retry-After',
      })
      .end(BODY);
    return true;
  }

  #isOn(): boolean {
    const now_ms = performance.now();
    if (now_ms - this.#looked_ms >= LOOK_MS) {
      const look = performance.eventLoopUtilization();
      this.#isBusy = performance.eventLoopUtilization(look, this.#look).utilization >= BUSY;
      this.#look = look;
      this.#looked_ms = now_ms;
    }
    return this.#isBusy && this.#count(0) >= CROWD;
  }

  #count(more: number): number {
    const now_ms = performance.now();
    this.#crowd = this.#crowd * 0.5 ** ((now_ms - this.#counted_ms) / HALF_LIFE_MS) + more;
    this.#counted_ms = now_ms;
    return this.#crowd;
  }
}

function isPoll({ method, url = '' }: IncomingMessage): boolean {
  if (method !== 'GET' || !url.startsWith(POLLS)) return false;
  return url.length === POLLS.length || url[POLLS.length] === '?';
}
