import type { EventName } from '@parley/protocol';

/** One event on one channel, with the audience of the polling feed that carries it too. */
export interface Publication {
  readonly channel: string;
  readonly event: EventName;
  /** JSON text, made once for all who receive it. */
  readonly data: string;
  /** Of the polling provider's feed: see `audience.ts`. */
  readonly audience: string;
  /** Present on events of a conversation: remote providers keep order by it. */
  readonly conversationId: number | null;
}

/** A provider that is published to over the network, through the job queue (RT-7). */
export type Remote = (typeof REMOTES)[number];
export const REMOTES = ['pusher', 'reverb-external'] as const;

export interface Broadcast {
  /** For each of these the writing transaction itself inserts a {@link BroadcastJob}. */
  readonly remotes: readonly Remote[];
  /** After the commit, in its order: own realtime, polling feeds, and wakes the job worker. Never throws. */
  publish(publications: readonly Publication[]): void;
}

/** The kind of the jobs of one provider: each is tried again, and paused, by itself. */
export const broadcastKind = (remote: Remote): string => `broadcast:${remote}`;

/** The `queue_key` of such jobs: those of one conversation go out in order. */
export const broadcastQueue = (remote: Remote, conversationId: number): string =>
  `${remote}:conversation:${conversationId}`;

/** Payload of such a job. */
export interface BroadcastJob {
  readonly remote: Remote;
  readonly publications: readonly Publication[];
}
