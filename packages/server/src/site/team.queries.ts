import type { Team } from '@parley/protocol';
import type { Context } from '../context.ts';
import { BoundedCache } from '../http/bounded-cache.ts';
import { availability } from './hours.ts';
import type { Site } from './site.ts';
import { selectFirstReplies, selectTeam } from './team.store.ts';
import { usualReply_s } from './team.ts';

export interface TeamQueries {
  /** Who answers on a site, and when. */
  teamOf(site: Site): Promise<Team>;
}

/** Faces in the empty chat. */
const FACES = 3;
const CONVERSATIONS = 50;
/** Each visitor who opens the chat asks for it, and it changes slowly. */
const LIFETIME_MS = 5 * 60_000;

interface Measured {
  readonly agents: readonly { readonly name: string }[];
  readonly reply_s: number | null;
}

export function createTeamQueries({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): TeamQueries {
  const { sql } = database;
  const cache = new BoundedCache<Promise<Measured>>(1_000, LIFETIME_MS);

  async function measure(site_id: number): Promise<Measured> {
    const [agents, replies] = await Promise.all([
      database.query(selectTeam(sql, { site_id, limit: FACES })),
      database.query(selectFirstReplies(sql, { site_id, limit: CONVERSATIONS })),
    ]);
    return { agents: agents.map(({ name }) => ({ name })), reply_s: usualReply_s(replies) };
  }

  async function measured(siteId: number): Promise<Measured> {
    const key = String(siteId);
    const known = cache.get(key, clock.now_ms());
    if (known !== undefined) return known;
    const asked = measure(siteId);
    cache.set(key, asked, clock.now_ms());
    try {
      return await asked;
    } catch (error) {
      cache.delete(key);
      throw error;
    }
  }

  return {
    async teamOf({ id, settings }) {
      const { team, reply_time, hours } = settings;
      const { agents, reply_s } = await measured(id);
      const { open, until_ms } = availability(hours, clock.now_ms());
      return {
        agents: team ? [...agents] : [],
        reply_time_s:
          reply_time === 'measured' ? reply_s : reply_time === 'hidden' ? null : reply_time,
        open,
        until: until_ms === null ? null : Math.ceil(until_ms / 1_000),
      };
    },
  };
}
