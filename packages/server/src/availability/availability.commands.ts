import type { Availability } from '@parley/protocol';
import type { BroadcastLogger } from '../broadcast/broadcast.ts';
import type { Note } from '../broadcast/note.ts';
import type { Providers } from '../broadcast/providers.ts';
import type { Clock, Context } from '../context.ts';
import { plain, runOne } from '../database/database.ts';
import type { Identities } from '../http/identity.ts';
import { sessionOf } from '../http/owner.ts';
import { availabilityOf, Connected } from './availability.ts';
import { updateAway } from './availability.store.ts';

export interface AvailabilityOptions {
  readonly database: Context['database'];
  readonly clock: Clock;
  readonly own: Providers['own'];
  readonly identities: Pick<Identities, 'renewed'>;
  /** To the other nodes. */
  readonly tell: (note: Note) => void;
  /** Whether sockets of agents may end elsewhere: on hosted Pusher, or another server. */
  readonly socketsElsewhere: boolean;
  readonly logger: BroadcastLogger;
}

/**
 * Which agents have a dashboard open, on any node: by its socket, or by its polls. Kept in memory alone
 * and told from node to node; only that somebody wants to be away is kept.
 */
export interface AvailabilityCommands {
  /** Its dashboard polled, or had channels authorized. */
  seen(agentId: number): void;
  /** It looked at its inbox, as a visible page does every 5 minutes: counts where sockets are elsewhere. */
  looked(agentId: number): void;
  /** Signed out. */
  left(agentId: number): void;
  /** @returns false where it was so already */
  setAway(agentId: number, away: boolean): Promise<boolean>;
  of(agent: { readonly id: number; readonly away: boolean }): Availability;
  /** Who is connected, away or not. */
  connected(): readonly number[];
  /** What another node told. */
  take(agentIds: readonly number[]): void;
  /** To be called every 2 s. */
  beat(): void;
}

/** Some of the looks below, and a page that is loaded anew. */
const LIFETIME_MS = 35_000;
/** Where it is not known when a socket ends: a visible page looks at the inbox every 5 minutes. */
const BLIND_LIFETIME_MS = 6 * 60_000;
/** Who is connected is looked up, and told to the other nodes, every 10 s. */
const LOOK_EVERY_BEATS = 5;

export function createAvailability(options: AvailabilityOptions): AvailabilityCommands {
  const { database, clock, own, identities, tell, logger } = options;
  const connected = new Connected(options.socketsElsewhere ? BLIND_LIFETIME_MS : LIFETIME_MS);
  /** By polls and the like, since the last look. */
  const seen = new Set<number>();
  let beats = 0;

  async function look(): Promise<void> {
    const owners = own?.realtime.owners(own.appId) ?? [];
    const hashes = owners.map(sessionOf).filter((hash) => hash !== null);
    const logins = await Promise.all(hashes.map((tokenHash) => identities.renewed({ tokenHash })));
    const here = new Set(seen);
    seen.clear();
    for (const login of logins) if (login !== null) here.add(login.agent.id);
    for (const id of here) connected.see(id, clock.now_ms());
    if (here.size > 0) tell({ type: 'online', agents: [...here] });
  }

  function see(agentId: number): void {
    seen.add(agentId);
    if (connected.see(agentId, clock.now_ms())) tell({ type: 'online', agents: [agentId] });
  }

  return {
    seen: see,
    looked(agentId) {
      // On the own server a program that reads the inbox is nobody who answers.
      if (options.socketsElsewhere) see(agentId);
    },
    left(agentId) {
      seen.delete(agentId);
      connected.leave(agentId);
    },
    setAway: async (id, away) => {
      const values = { id, away: away ? 1 : 0 };
      return (await database.write(runOne, plain(updateAway(database.sql, values)))) > 0;
    },
    of: ({ id, away }) => availabilityOf({ online: connected.has(id, clock.now_ms()), away }),
    connected: () => connected.all(clock.now_ms()),
    take(agentIds) {
      for (const id of agentIds) connected.see(id, clock.now_ms());
    },
    beat() {
      beats += 1;
      if (beats % LOOK_EVERY_BEATS !== 0) return;
      look().catch((error: unknown) => {
        logger.warn({ err: error }, 'It is not known which agents are connected');
      });
    },
  };
}
