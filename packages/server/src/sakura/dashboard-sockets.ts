import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { DashboardCommand, type DashboardError } from '@parley/protocol';
import {
  SocketClose,
  textFrameOf,
  type TextSocket,
  type TextSocketListener,
  TextSockets,
} from '@parley/realtime';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import type { AgentLogin, Identities } from '../http/identity.ts';
import { sessionOwner } from '../http/owner.ts';
import { COALESCE_MS, SiteWatch, type Shown, type SiteWatchOptions } from './site-watch.ts';

export interface DashboardSocketsOptions extends Omit<SiteWatchOptions, 'siteIds' | 'onLook'> {
  readonly identities: Pick<Identities, 'renewed'>;
}

const SOCKETS_MAX = 1_000;
const SOCKETS_PER_SESSION_MAX = 20;

/** The sockets of `/ws/dashboard` on this node, and what each set of sites shows to them. */
export class DashboardSockets {
  readonly #options: DashboardSocketsOptions;
  readonly #sockets = new TextSockets();
  readonly #listeners = new Set<DashboardListener>();
  readonly #watches = new Map<string, { watch: SiteWatch; listeners: Set<DashboardListener> }>();

  constructor(options: DashboardSocketsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** @throws AppError `rate_limited`, `unavailable` where there is no room for one more of this login */
  checkRoom(login: AgentLogin): void {
    const owner = sessionOwner(login.tokenHash);
    const own = [...this.#listeners].filter((listener) => listener.owner === owner);
    if (own.length >= SOCKETS_PER_SESSION_MAX) {
      throw new AppError('rate_limited', 'This login has too many dashboards open.', {
        retryAfter_s: 30,
      });
    }
    if (this.#listeners.size >= SOCKETS_MAX) {
      throw new AppError('unavailable', 'Too many dashboards are open.', { retryAfter_s: 30 });
    }
  }

  /** After {@link checkRoom}. */
  accept(login: AgentLogin, request: IncomingMessage, connection: Duplex, head: Buffer): void {
    this.#sockets.accept(request, connection, head, (socket) => {
      const listener = new DashboardListener(login, socket, {
        subscribed: () => this.#follow(listener),
        gone: () => this.#remove(listener),
      });
      this.#listeners.add(listener);
      return listener;
    });
  }

  /** A login has ended, or sees less: nothing more is said in its name (SEC-5). */
  end(owner: string, how: 'away' | 'anew'): void {
    for (const listener of this.#listeners) if (listener.owner === owner) listener.end(how);
  }

  /** Hashes of the sessions whose sockets are here. */
  sessions(): readonly string[] {
    return [...new Set(Array.from(this.#listeners, (listener) => listener.login.tokenHash))];
  }

  /** Tells all to come back, to another node or the next start. */
  async close(): Promise<void> {
    for (const { watch } of this.#watches.values()) watch.stop();
    await this.#sockets.close();
  }

  #follow(listener: DashboardListener): void {
    const key = sitesOf(listener.login);
    const siteIds = listener.login.actor.siteIds;
    const known = this.#watches.get(key);
    if (known === undefined) {
      const listeners = new Set([listener]);
      const watch = new SiteWatch({
        ...this.#options,
        siteIds,
        onLook: () => {
          for (const each of listeners) each.offer(watch.shown);
          void this.#renew(listeners);
        },
      });
      this.#watches.set(key, { watch, listeners });
      return;
    }
    known.listeners.add(listener);
    listener.offer(known.watch.shown);
  }

  #unfollow(listener: DashboardListener): void {
    for (const [key, { watch, listeners }] of this.#watches) {
      if (!listeners.delete(listener) || listeners.size > 0) continue;
      watch.stop();
      this.#watches.delete(key);
    }
  }

  #remove(listener: DashboardListener): void {
    this.#listeners.delete(listener);
    this.#unfollow(listener);
  }

  /** A session may be over by its time, or see other sites by now. From memory nearly always. */
  async #renew(listeners: ReadonlySet<DashboardListener>): Promise<void> {
    const { identities, logger } = this.#options;
    try {
      for (const listener of listeners) {
        const before = sitesOf(listener.login);
        const login = await identities.renewed(listener.login);
        if (login === null) listener.end('away');
        else if (sitesOf(login) !== before && listeners.has(listener)) {
          this.#unfollow(listener);
          listener.login = login;
          this.#follow(listener);
        }
      }
    } catch (error) {
      logger.warn({ err: error }, 'The logins of dashboard sockets could not be looked up');
    }
  }
}

/** One socket: what was said to it, and what it is shown when it has read what came before. */
class DashboardListener implements TextSocketListener {
  login: AgentLogin;
  readonly #socket: TextSocket;
  readonly #on: { subscribed: () => void; gone: () => void };
  #isSubscribed = false;
  #newest: Shown | null = null;
  #sent: Shown | null = null;
  #sentAt_ms = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    login: AgentLogin,
    socket: TextSocket,
    on: { subscribed: () => void; gone: () => void },
  ) {
    this.login = login;
    this.#socket = socket;
    this.#on = on;
  }

  get owner(): string {
    return sessionOwner(this.login.tokenHash);
  }

  /** The newest state follows as soon as it may: never two within 50 ms, nor onto what is not read. */
  offer(shown: Shown | null): void {
    this.#newest = shown;
    this.#sendSoon();
  }

  end(how: 'away' | 'anew'): void {
    if (how === 'away') this.#socket.close(SocketClose.PolicyViolation, 'Sign in first');
    else this.#socket.close(SocketClose.ServiceRestart, 'Come back');
  }

  onText(text: string): void {
    if (!isSubscription(text)) {
      if (this.#socket.isDrained) this.#socket.send(NOT_UNDERSTOOD);
      return;
    }
    // Asked once more, it is shown once more.
    this.#sent = null;
    if (this.#isSubscribed) {
      this.#sendSoon();
      return;
    }
    this.#isSubscribed = true;
    this.#on.subscribed();
  }

  onDrain(): void {
    this.#sendSoon();
  }

  onGone(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#on.gone();
  }

  #sendSoon(): void {
    if (this.#timer !== null || !this.#mayNeed()) return;
    const wait_ms = this.#sentAt_ms + COALESCE_MS - performance.now();
    if (wait_ms <= 0) this.#send();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        if (this.#mayNeed()) this.#send();
      }, wait_ms);
    }
  }

  #mayNeed(): boolean {
    const { isOpen, isDrained } = this.#socket;
    return isOpen && isDrained && this.#newest !== null && this.#newest !== this.#sent;
  }

  #send(): void {
    if (this.#newest === null) return;
    this.#sent = this.#newest;
    this.#sentAt_ms = performance.now();
    this.#socket.send(this.#newest.frame);
  }
}

/** Agents of the same sites are shown the same. */
function sitesOf({ actor }: AgentLogin): string {
  return actor.siteIds.toSorted((a, b) => a - b).join();
}

const NOT_UNDERSTOOD = textFrameOf(
  JSON.stringify({
    type: 'error',
    error: {
      code: 'invalid_request',
      message: 'Send {"type":"subscribe","channel":"chat_updates"}.',
    },
  } satisfies DashboardError),
);

function isSubscription(text: string): boolean {
  try {
    return z.safeParse(DashboardCommand, JSON.parse(text)).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
