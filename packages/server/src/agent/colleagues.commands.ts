import { channelName } from '@parley/protocol';
import { inboxAudience } from '../broadcast/audience.ts';
import type { BroadcastHub, BroadcastLogger } from '../broadcast/broadcast.ts';
import type { Context } from '../context.ts';
import { all, type Sql } from '../database/database.ts';
import { selectTeamsEverywhere } from '../team/team.queries.ts';
import { marksOf, sitesThatDiffer } from './colleagues.ts';
import { selectAllStaff } from './member.store.ts';

export interface ColleaguesOptions {
  readonly database: Context['database'];
  readonly broadcast: Pick<BroadcastHub, 'publishPassing'>;
  readonly logger: Pick<BroadcastLogger, 'warn'>;
}

/** Tells open dashboards that who works on their sites, as what and in which team, is not as it was. */
export interface ColleaguesCommands {
  /** It was changed here, on these sites. Never rejects: what was changed is committed. */
  changed(siteIds: readonly number[]): Promise<void>;
  /**
   * Tells what was changed behind this process, by a command or by another node, since the last look.
   * A change on another node may be told twice: that costs a dashboard one question more.
   */
  look(): Promise<void>;
}

export function createColleagues(options: ColleaguesOptions): ColleaguesCommands {
  const { database, broadcast, logger } = options;
  /** What dashboards may have seen. Null until the first look. */
  let known: Map<number, string> | null = null;
  let reading: Promise<void> = Promise.resolve();
  /** While the database does not answer, looks do not gather. */
  let looking: Promise<void> | null = null;

  const tell = (siteIds: readonly number[]): void => {
    if (siteIds.length === 0) return;
    broadcast.publishPassing(
      siteIds.map((siteId) => ({
        channel: channelName({ kind: 'site-inbox', siteId }),
        event: 'ChatAgentsChanged',
        data: JSON.stringify({ site_id: siteId }),
        audience: inboxAudience(siteId),
        conversationId: null,
      })),
    );
  };

  /** One after the other: an older look must not take the place of a newer one. */
  function inTurn(take: (marks: ReadonlyMap<number, string>) => void): Promise<void> {
    reading = reading
      .then(async () => take(marksOf(await database.snapshot(readStaff, undefined))))
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'It is not known whether colleagues changed');
      });
    return reading;
  }

  return {
    async changed(siteIds) {
      if (siteIds.length === 0) return;
      // Looked at first: what is there by then is what they are told of, and no news later.
      await inTurn((marks) => {
        for (const id of siteIds) known?.set(id, marks.get(id) ?? '');
      });
      tell(siteIds);
    },
    look() {
      looking ??= inTurn((marks) => {
        if (known !== null) tell(sitesThatDiffer(known, marks));
        known = new Map(marks);
      }).finally(() => {
        looking = null;
      });
      return looking;
    },
  };
}

/** A transaction: all that dashboards show of who works where. */
function* readStaff(sql: Sql) {
  return [...(yield* all(selectAllStaff(sql, {}))), ...(yield* all(selectTeamsEverywhere(sql)))];
}
