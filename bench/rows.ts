import type { PeerName } from './peers/peer.ts';
import { isOfWhole, type RowName, type Work } from './work.ts';

export interface Row {
  title: string;
  unit: string;
  /** Divides what was measured, into the unit. */
  scale: number;
  better: 'less' | 'more';
  /** Ours divided by the other's, at most or, where more is better, at least. */
  goals: Partial<Record<PeerName, number>>;
  /** Of ours, in the unit, at most. */
  limit?: number;
}

const FAN_OUT_GOALS = { nchan: 0.95, ws: 0.8, 'socket.io': 0.6 };
const US = { unit: 'µs CPU / delivery', scale: 1000, better: 'less' } as const;

export const ROW: Readonly<Record<RowName, Row>> = {
  'fan-out-1000': { title: '1 channel × 1,000, one at a time', ...US, goals: FAN_OUT_GOALS },
  'fan-out-5000': { title: '1 channel × 5,000, one at a time', ...US, goals: FAN_OUT_GOALS },
  'fan-out-10000': { title: '1 channel × 10,000, one at a time', ...US, goals: FAN_OUT_GOALS },
  'in-flight-16': { title: '1 channel × 5,000, 16 in flight', ...US, goals: { nchan: 0.15 } },
  channels: {
    title: '2,000 channels × 2, 64 publishes at once',
    unit: 'µs CPU / publish',
    scale: 1000,
    better: 'less',
    goals: { nchan: 2.2, 'socket.io': 0.8 },
  },
  memory: {
    title: '10,000 idle, subscribed',
    unit: 'KB / connection',
    scale: 1024,
    better: 'less',
    goals: { nchan: 0.7, 'socket.io': 0.5 },
  },
  connect: {
    title: 'connect and subscribe',
    unit: 'connections / CPU s',
    scale: 1,
    better: 'more',
    goals: { ws: 1.5, 'socket.io': 3 },
  },
  durable: {
    title: 'a message kept on disk and delivered to 2, 64 senders at once',
    unit: 'µs CPU / message',
    scale: 1000,
    better: 'less',
    goals: { nchan: 3, 'one-each': 0.25 },
  },
  storm: {
    title: '10,000 visitors come back after a restart, until all are live',
    unit: 's',
    scale: 1e9,
    better: 'less',
    goals: {},
    limit: 30,
  },
  'empty-poll': {
    title: 'body of a poll that finds nothing new',
    unit: 'bytes',
    scale: 1,
    better: 'less',
    goals: {},
    limit: 200,
  },
  'catch-up': {
    title: '20 missed messages, the whole answer on the wire',
    unit: 'bytes',
    scale: 1,
    better: 'less',
    goals: {},
    limit: 5_000,
  },
  'held-file': {
    title: 'another process holds the database file for 3 s: the longest answer from memory',
    unit: 'ms',
    scale: 1e6,
    better: 'less',
    goals: {},
    limit: 100,
  },
};

/** So many deliveries of each stage are measured: about a second of CPU of the slowest. */
const DELIVERIES = 200_000;

const FAN_OUT = new Map<RowName, number>([
  ['fan-out-1000', 1_000],
  ['fan-out-5000', 5_000],
  ['fan-out-10000', 10_000],
]);

/** What must be run for these rows; rows that can share a server do. */
export function worksFor(rows: readonly RowName[]): Work[] {
  const works: Work[] = [];
  const stages = rows.filter((row) => FAN_OUT.has(row) || row === 'in-flight-16').map(stageOf);
  stages.sort((a, b) => a.subscribers - b.subscribers || a.publishers - b.publishers);
  if (stages.length > 0) works.push({ type: 'fan-out', stages });
  if (rows.includes('channels')) {
    works.push({ type: 'channels', channels: 2_000, publishes: 20_000, atOnce: 64 });
  }
  if (rows.includes('memory')) {
    works.push({ type: 'memory', connections: 10_000, settle_ms: 20_000 });
  }
  if (rows.includes('connect')) {
    works.push({ type: 'connect', warmUp: 1_000, connections: 4_000 });
  }
  if (rows.includes('durable')) {
    works.push({ type: 'durable', conversations: 2_000, messages: 16_000, senders: 64 });
  }
  if (rows.includes('storm')) works.push({ type: 'storm', visitors: 10_000, senders: 64 });
  if (rows.includes('empty-poll')) {
    works.push({ type: 'empty-poll', visitors: 64, polls: 20_000 });
  }
  if (rows.includes('catch-up')) works.push({ type: 'catch-up', messages: 20 });
  if (rows.includes('held-file')) works.push({ type: 'held-file', senders: 64, held_ms: 3_000 });
  return works;
}

function stageOf(row: RowName): Extract<Work, { type: 'fan-out' }>['stages'][number] {
  const subscribers = FAN_OUT.get(row);
  if (subscribers === undefined) {
    return { row, subscribers: 5_000, publishers: 16, messages: 15, warmUp: 3 };
  }
  const messages = DELIVERIES / subscribers;
  return { row, subscribers, publishers: 1, messages, warmUp: Math.ceil(messages / 2) };
}

/** Most peers relay and keep nothing; one is there for what is kept alone. */
export function takesPart(peer: PeerName, work: Work): boolean {
  const own: readonly PeerName[] = ['ours', 'base'];
  const keeping: readonly PeerName[] = [...own, 'one-each', 'nchan'];
  if (work.type === 'durable') return keeping.includes(peer);
  return isOfWhole(work) ? own.includes(peer) : peer !== 'one-each';
}
