import { setImmediate } from 'node:timers/promises';
import { dayNumber, dayOfNumber, type ReportAnswer, type ReportQuery } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import { localTimes, OFFSET_MAX_MS } from './local-time.ts';
import { agentsOf, type Begun, Tally, type Turn, waitsOf } from './report.ts';
import { selectBegun, selectNames, selectTurns } from './report.store.ts';

export type Report = Omit<ReportAnswer, 'success'>;

export interface ReportQueries {
  /**
   * Of the conversations that began on these sites within the days.
   * @throws AppError `rate_limited` while many wait for theirs, `invalid_request` where it is too large
   */
  report(siteIds: readonly number[], query: Omit<ReportQuery, 'site'>): Promise<Report>;
}

const DAY_MS = 86_400_000;
/** Conversations of one look, and messages: the thread that serves everybody does nothing else meanwhile. */
const PAGE = 200;
const MESSAGES_AT_ONCE = 1_000;
/** What a report keeps of each is about 100 bytes; it takes some seconds for as many. */
const CONVERSATIONS_MAX = 250_000;
/** Who asks for a report while so many are waiting comes again later. */
const WAITING_MAX = 8;
const RETRY_AFTER_S = 5;

/** One report is made at a time, for all who ask: it is worth a pause to nobody who chats. */
export function createReportQueries({ database }: Pick<Context, 'database'>): ReportQueries {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    async report(siteIds, query) {
      if (waiting >= WAITING_MAX) {
        throw new AppError('rate_limited', 'Many reports are being made. Try again soon.', {
          retryAfter_s: RETRY_AFTER_S,
        });
      }
      waiting += 1;
      const made = last.then(() => makeReport(database, siteIds, query));
      last = made.catch(() => undefined).finally(() => (waiting -= 1));
      return made;
    },
  };
}

async function makeReport(
  database: Database,
  siteIds: readonly number[],
  { from, to, zone }: Omit<ReportQuery, 'site'>,
): Promise<Report> {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  const before = first - (last - first + 1);
  const tallies = createTallies(first, last);
  const localTime = localTimes(zone);
  // Some of what is found lies beyond: which day it is, the clocks of the zone say.
  const span = {
    from_ms: before * DAY_MS - OFFSET_MAX_MS,
    to_ms: (last + 1) * DAY_MS + OFFSET_MAX_MS,
  };
  const isWithin = ({ begun_ms }: Begun) => {
    const { day } = localTime(begun_ms);
    return day >= before && day <= last;
  };
  let seen = 0;
  for (const siteId of siteIds) {
    for await (const page of begunOf(database, { siteId, ...span })) {
      const within = page.filter(({ begun }) => isWithin(begun));
      seen += within.length;
      if (seen > CONVERSATIONS_MAX) throw tooLarge();
      for (const batch of batches(within)) {
        const turns = await turnsOf(database, batch);
        for (const begun of batch) {
          tallies.add(begun, turns.get(begun.id) ?? [], localTime(begun.begun_ms));
        }
        // A message that came meanwhile goes first.
        await setImmediate();
      }
    }
  }
  const { sites, agents } = tallies;
  return {
    from,
    to,
    zone,
    total: tallies.total.figures(),
    previous: {
      from: dayOfNumber(before),
      to: dayOfNumber(first - 1),
      total: tallies.previous.figures(),
    },
    days: tallies.days.map((tally, index) => ({
      day: dayOfNumber(first + index),
      figures: tally.figures(),
    })),
    sites: await named(database, 'sites', sites),
    agents: await named(database, 'agents', agents),
    hours: hoursOf(tallies.hours),
  };
}

type Tallies = ReturnType<typeof createTallies>;

/** @param first of the days that are reported, as {@link dayNumber} */
function createTallies(first: number, last: number) {
  const total = new Tally();
  const previous = new Tally();
  const days = Array.from({ length: last - first + 1 }, () => new Tally());
  const sites = new Map<number, Tally>();
  const agents = new Map<number, Tally>();
  const hours = new Map<number, Tally>();
  return {
    total,
    previous,
    days,
    sites,
    agents,
    hours,
    add(begun: Begun, turns: readonly Turn[], local: ReturnType<ReturnType<typeof localTimes>>) {
      const waits = waitsOf(turns);
      if (local.day < first) {
        previous.add(begun, waits);
        return;
      }
      total.add(begun, waits);
      days[local.day - first]?.add(begun, waits);
      tallyOf(sites, begun.siteId).add(begun, waits);
      tallyOf(hours, local.weekday * 24 + local.hour).add(begun, waits);
      for (const id of agentsOf(begun, waits)) tallyOf(agents, id).addShare(begun, waits, id);
    },
  };
}

function tallyOf(tallies: Map<number, Tally>, key: number): Tally {
  const tally = tallies.get(key) ?? new Tally();
  tallies.set(key, tally);
  return tally;
}

function hoursOf(hours: Tallies['hours']): Report['hours'] {
  return [...hours]
    .sort(([a], [b]) => a - b)
    .map(([key, tally]) => {
      const { conversations, first_response } = tally.figures();
      const weekday = Math.floor(key / 24);
      return { weekday, hour: key % 24, conversations, first_response };
    });
}

interface Counted {
  readonly begun: Begun;
  readonly messages: number;
}

/** Page by page, oldest first. */
async function* begunOf(
  database: Database,
  of: { siteId: number; from_ms: number; to_ms: number },
): AsyncGenerator<readonly Counted[]> {
  let after: { begun_ms: number; id: number } | null = null;
  for (;;) {
    const rows: Awaited<ReturnType<typeof begunPage>> = await begunPage(database, of, after);
    yield rows.map((row) => ({
      messages: row.a_head,
      begun: {
        id: row.id,
        siteId: row.site_id,
        assigneeId: row.assignee_id,
        begun_ms: row.created_at,
        resolved_ms: row.status === 'resolved' ? row.resolved_at : null,
        rating: row.rating,
      },
    }));
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE) return;
    after = { begun_ms: end.created_at, id: end.id };
  }
}

function begunPage(
  database: Database,
  of: { siteId: number; from_ms: number; to_ms: number },
  after: { begun_ms: number; id: number } | null,
) {
  return database.query(selectBegun(database.sql, { ...of, after, limit: PAGE }));
}

/** So that none has many messages, but for one conversation that is long by itself. */
function* batches(counted: readonly Counted[]): Generator<readonly Begun[]> {
  let batch: Begun[] = [];
  let sum = 0;
  for (const { begun, messages } of counted) {
    if (batch.length > 0 && sum + messages > MESSAGES_AT_ONCE) {
      yield batch;
      [batch, sum] = [[], 0];
    }
    batch.push(begun);
    sum += messages;
  }
  if (batch.length > 0) yield batch;
}

async function turnsOf(
  database: Database,
  batch: readonly Begun[],
): Promise<ReadonlyMap<number, readonly Turn[]>> {
  const ids = batch.map(({ id }) => id);
  const turns = new Map<number, Turn[]>();
  for (const row of await database.query(selectTurns(database.sql, ids))) {
    const turn: Turn = {
      by: row.sender_type === 'visitor' ? 'visitor' : 'agent',
      senderId: row.sender_id,
      at_ms: row.created_at,
    };
    const others = turns.get(row.conversation_id);
    if (others === undefined) turns.set(row.conversation_id, [turn]);
    else others.push(turn);
  }
  return turns;
}

/** In the order of the names. */
async function named(
  database: Database,
  table: 'sites' | 'agents',
  tallies: ReadonlyMap<number, Tally>,
): Promise<Report['sites']> {
  if (tallies.size === 0) return [];
  const rows = await database.query(selectNames(database.sql, table, [...tallies.keys()]));
  return rows.flatMap(({ id, name }) => {
    const tally = tallies.get(id);
    return tally === undefined ? [] : [{ id, name, figures: tally.figures() }];
  });
}

function tooLarge(): AppError {
  return new AppError(
    'invalid_request',
    `There are more than ${CONVERSATIONS_MAX} conversations. Ask for fewer days, or for one site.`,
  );
}
