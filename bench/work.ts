import type { PeerName } from './peers/peer.ts';

/** What is measured of one server in one run of the load generator. */
export type Work =
  | { type: 'fan-out'; stages: readonly FanOutStage[] }
  | { type: 'channels'; channels: number; publishes: number; atOnce: number }
  | { type: 'memory'; connections: number; settle_ms: number }
  | { type: 'connect'; warmUp: number; connections: number }
  /** The whole server: messages of visitors through its public API, each kept on disk. */
  | { type: 'durable'; conversations: number; messages: number; senders: number }
  /** The whole server is stopped and started again, and all its visitors come back at once. */
  | { type: 'storm'; visitors: number; senders: number }
  | { type: 'empty-poll'; visitors: number; polls: number }
  | { type: 'catch-up'; messages: number }
  /** Another process keeps the database file of the whole server for itself. */
  | { type: 'held-file'; senders: number; held_ms: number };

/** Against the application with its API and its store, and not the realtime server alone. */
export function isOfWhole({ type }: Work): boolean {
  return ['durable', 'storm', 'empty-poll', 'catch-up', 'held-file'].includes(type);
}

/** All on one channel; the audience grows from stage to stage. */
export interface FanOutStage {
  row: RowName;
  subscribers: number;
  /** Messages in flight: each publisher sends its next when all have its last. */
  publishers: number;
  /** Of each publisher. */
  messages: number;
  /** Of each publisher, before the clock starts. */
  warmUp: number;
}

export const ROWS = [
  'fan-out-1000',
  'fan-out-5000',
  'fan-out-10000',
  'in-flight-16',
  'channels',
  'memory',
  'connect',
  'durable',
  'storm',
  'empty-poll',
  'catch-up',
  'held-file',
] as const;

export type RowName = (typeof ROWS)[number];

/** What the load generator is told, as JSON in its first argument. */
export interface Job {
  peer: PeerName;
  port: number;
  /** Processes of the server. */
  pids: readonly number[];
  work: Work;
  /** Debugger of the server, where it is to be profiled. */
  inspector: string | null;
  /** Where it keeps its data, if it keeps any. */
  dataDir: string | null;
}

/** What it tells about one row, as a message to its parent. */
export interface Measured {
  row: RowName;
  /** In the unit of the row: ns or bytes, or connections per second of CPU. */
  value: number;
  /** Further figures, for information. */
  also: Readonly<Record<string, number>>;
  /** Self times by function, where the server was profiled. */
  profile: readonly ProfileLine[] | null;
}

export interface ProfileLine {
  function: string;
  /** Part of the time that the server was not idle, 0 to 1. */
  share: number;
}

/** What the load generator asks of its parent: the server anew, on the same port and data. */
export interface Restart {
  ask: 'restart';
}

/** The answer, when it listens. */
export interface Restarted {
  pids: readonly number[];
  inspector: string | null;
}
