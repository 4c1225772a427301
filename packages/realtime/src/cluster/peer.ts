import { NOTHING, type RemotePart, type RemoteState } from '../channel/replication.ts';
import type { ChannelEntry } from './message.ts';

/** What is known of a node whose state was not heard whole: when it was asked, and what came. */
interface Unsynced {
  type: 'unsynced';
  askedAt_ms: number;
  /** From the first line of its snapshot on. */
  staged: StagedState | null;
}

/** Another node, as seen from here. Times come from a clock that never goes back. */
export interface Peer {
  readonly id: string;
  /** Of the last packet that came from it. */
  number: number;
  heardAt_ms: number;
  /** Synced: what this node knows of it is right, as of that packet. */
  sync: { type: 'synced' } | Unsynced;
  /** Its state was known once since it was met; until then it reports nothing for us. */
  isKnown: boolean;
  /** It was given up before. That its members left was reported, so their return must be too. */
  wasLost: boolean;
}

interface StagedApp extends RemoteState {
  readonly channels: Map<string, RemotePart>;
  readonly userIds: Set<string>;
}

/** All that a node has, while it comes in pieces. */
export class StagedState {
  readonly #apps = new Map<string, StagedApp>();
  /** Channels and users so far; the limit of what a node may say is set on it. */
  size = 0;

  addChannels(appId: string, entries: readonly ChannelEntry[]): void {
    const { channels } = this.#app(appId);
    for (const { name, count, users } of entries) {
      const known = channels.get(name);
      // A large channel comes in several entries.
      channels.set(name, { count, users: known ? new Map([...known.users, ...users]) : users });
      this.size += 1 + users.size;
    }
  }

  addUsers(appId: string, users: ReadonlyMap<string, boolean>): void {
    const { userIds } = this.#app(appId);
    for (const [userId, isThere] of users) if (isThere) userIds.add(userId);
    this.size += users.size;
  }

  of(appId: string): RemoteState {
    return this.#apps.get(appId) ?? NOTHING;
  }

  #app(appId: string): StagedApp {
    const known = this.#apps.get(appId);
    if (known) return known;
    const app: StagedApp = { channels: new Map(), userIds: new Set() };
    this.#apps.set(appId, app);
    return app;
  }
}
