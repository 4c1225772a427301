import type { Connection } from './connection.ts';
import { PING_FRAME } from '../wire/server-frame.ts';

/** Value of {@link Pulse.askedAt} of a connection that was not asked. */
export const NOT_ASKED = -1;

/** When a connection was last heard of and asked, in heartbeats. */
export interface Pulse {
  seenAt: number;
  askedAt: number;
}

/** Lengths of silence, in heartbeats. */
export interface Patience {
  beforeAsking: number;
  forAnswer: number;
}

const BEATS_PER_WAIT = 8;
const INTERVAL_MS_MIN = 10;
const INTERVAL_MS_MAX = 1_000;

/**
 * One timer for all sockets. It counts, and connections note the count at which they were heard
 * of: no clock is read for a frame, and a process that was stopped for a minute takes none of its
 * clients for dead.
 */
export class Heartbeat {
  /** Beats since the start. */
  count = 0;
  readonly #patience: Patience;
  readonly #timer: NodeJS.Timeout;

  /** @param beat called at each, to look after every connection */
  constructor(activityTimeout_s: number, pongTimeout_s: number, beat: () => void) {
    const wait_ms = (Math.min(activityTimeout_s, pongTimeout_s) * 1000) / BEATS_PER_WAIT;
    const interval_ms = Math.min(INTERVAL_MS_MAX, Math.max(INTERVAL_MS_MIN, wait_ms));
    this.#patience = {
      beforeAsking: Math.ceil((activityTimeout_s * 1000) / interval_ms),
      forAnswer: Math.ceil((pongTimeout_s * 1000) / interval_ms),
    };
    this.#timer = setInterval(() => {
      this.count += 1;
      beat();
    }, interval_ms);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Any frame is a sign of life. */
  heard(pulse: Pulse): void {
    pulse.seenAt = this.count;
    pulse.askedAt = NOT_ASKED;
  }

  /**
   * Asks a connection that has been silent for too long.
   *
   * @returns `dead` if it was asked and did not answer
   */
  check(connection: Connection): 'alive' | 'dead' {
    const verdict = judge(connection, this.count, this.#patience);
    if (verdict === 'ask') {
      connection.askedAt = this.count;
      ask(connection);
      return 'alive';
    }
    return verdict;
  }
}

export function judge(pulse: Pulse, count: number, patience: Patience): 'alive' | 'ask' | 'dead' {
  if (pulse.askedAt !== NOT_ASKED) {
    return count - pulse.askedAt >= patience.forAnswer ? 'dead' : 'alive';
  }
  return count - pulse.seenAt > patience.beforeAsking ? 'ask' : 'alive';
}

/**
 * In the way that the client itself uses. Not in both: the network stack of a browser answers a
 * WebSocket ping also for a page that is frozen and hears nothing.
 */
function ask(connection: Connection): void {
  if (connection.usesControlPings) connection.sendControlPing();
  else connection.send(PING_FRAME);
}
