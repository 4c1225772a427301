/** What one other node says of its own part of a channel. */
export interface RemotePart {
  /** Subscriptions on that node; 0: it has left the channel, and its users with it. */
  count: number;
  /** On a presence channel: users by id, with JSON text about them, or null for who is gone. */
  users: ReadonlyMap<string, string | null>;
}

/** All that another node has of one app. */
export interface RemoteState {
  channels: ReadonlyMap<string, RemotePart>;
  /** Who is signed in there. */
  userIds: ReadonlySet<string>;
}

export const NOTHING: RemoteState = { channels: new Map(), userIds: new Set() };

/** What an app asks of the cluster that it is part of. An app alone has none. */
export interface Replication {
  /** This node's own part of a channel has changed: its count, and maybe one of its users. */
  channelChanged(appId: string, channel: string, userId: string | null): void;
  /** A signed-in user has come to this node, or left it. */
  userChanged(appId: string, userId: string): void;
  /**
   * Whether this node is the one to report what happens to a name. Each node sees every transition
   * of the union; one of them, the same for all that know of the same nodes, tells the owner.
   */
  speaksFor(name: string): boolean;
}
