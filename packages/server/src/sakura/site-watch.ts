import type { FastifyBaseLogger } from 'fastify';
import { type TextFrame, textFrameOf } from '@parley/realtime';
import { inboxAudience } from '../broadcast/audience.ts';
import type { Feed } from '../broadcast/feed.ts';
import type { Clock } from '../context.ts';
import {
  STATE_CHARS_MAX,
  updatesJson,
  userJson,
  type ChatPlan,
  type UserPlan,
} from './dashboard-state.ts';
import type { SakuraQueries } from './sakura.queries.ts';

/** One state and the next are at least as far apart: what happens in between comes together. */
export const COALESCE_MS = 50;
/** What no event told is seen after this. */
const SAFETY_NET_MS = 2_000;
/** Addresses of files are good for the day that they were made on, and one more. */
const DAY_MS = 24 * 60 * 60_000;

export interface SiteWatchOptions {
  readonly siteIds: readonly number[];
  readonly feed: Pick<Feed, 'cursor' | 'wait'>;
  readonly queries: SakuraQueries;
  readonly clock: Clock;
  readonly logger: Pick<FastifyBaseLogger, 'warn'>;
  /** Called after each look, whether there was something new or not. */
  readonly onLook: () => void;
}

/** What everybody who may see it is shown: another object for each state. */
export interface Shown {
  readonly frame: TextFrame;
}

/** JSON text of a chat, and what it was made of. */
interface KnownChat {
  readonly of: string;
  readonly json: string;
}

/**
 * The state of a set of sites, made while somebody listens and once for all who do. A chat is read
 * from the database only when its conversation has changed.
 */
export class SiteWatch {
  readonly #options: SiteWatchOptions;
  readonly #stop = new AbortController();
  #chats = new Map<number, KnownChat>();
  #users: string | null = null;
  #shown: Shown | null = null;

  constructor(options: SiteWatchOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Null: there was no time yet to look. */
  get shown(): Shown | null {
    return this.#shown;
  }

  stop(): void {
    this.#stop.abort('stopped');
  }

  async #run(): Promise<void> {
    const { feed, siteIds, logger, onLook } = this.#options;
    const { signal } = this.#stop;
    const audiences = siteIds.map(inboxAudience);
    const owner = `dashboard:${siteIds.join()}`;
    while (!signal.aborted) {
      // From before the look: what happens during it is looked at next.
      const { cursor } = feed;
      try {
        await this.#look();
      } catch (error) {
        logger.warn({ err: error }, 'The state of the dashboard sockets could not be read');
      }
      if (signal.aborted) return;
      onLook();
      await pause(COALESCE_MS);
      await feed.wait({ audiences, cursor, timeout_ms: SAFETY_NET_MS, signal, owner });
    }
  }

  async #look(): Promise<void> {
    const { queries, siteIds, clock } = this.#options;
    const day = Math.floor(clock.now_ms() / DAY_MS);
    const chats = new Map<number, KnownChat>();
    const users: string[] = [];
    let chars = 0;
    for (const plan of await queries.usersOf(siteIds)) {
      if (this.#stop.signal.aborted) return;
      const known = await this.#chatsOf(plan, day);
      const json = userJson(
        plan,
        known.map((chat) => chat.json),
      );
      chars += json.length;
      if (users.length > 0 && chars > STATE_CHARS_MAX) break;
      users.push(json);
      for (const [index, chat] of known.entries()) chats.set(plan.chats[index]?.id ?? 0, chat);
    }
    this.#chats = chats;
    const text = `[${users.join(',')}]`;
    if (text === this.#users) return;
    this.#users = text;
    this.#shown = { frame: textFrameOf(updatesJson(text, clock.now_ms())) };
  }

  async #chatsOf({ chats }: UserPlan, day: number): Promise<KnownChat[]> {
    const of = ({ head, status }: ChatPlan): string => `${head} ${status} ${day}`;
    const missing = chats.filter((plan) => this.#chats.get(plan.id)?.of !== of(plan));
    const read = missing.length === 0 ? [] : await this.#options.queries.chatsOf(missing);
    const fresh = new Map(read.map((chat) => [chat.id, JSON.stringify(chat)]));
    return chats.map((plan) => {
      const json = fresh.get(plan.id) ?? this.#chats.get(plan.id)?.json ?? '';
      return { of: of(plan), json };
    });
  }
}

async function pause(time_ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, time_ms).unref();
  });
}
