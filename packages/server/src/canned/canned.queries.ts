import type { CannedReply } from '@parley/protocol';
import type { Context } from '../context.ts';
import { type CannedRow, selectReplies } from './canned.store.ts';

export interface CannedQueries {
  /** What an agent may insert on these sites, by shortcut. */
  repliesOf(siteIds: readonly number[], agentId: number): Promise<CannedReply[]>;
}

/** Far more than a site may have. */
const REPLIES_MAX = 5_000;

export function createCannedQueries({ database }: Pick<Context, 'database'>): CannedQueries {
  return {
    async repliesOf(siteIds, agentId) {
      if (siteIds.length === 0) return [];
      const of = { siteIds, agentId, limit: REPLIES_MAX };
      return (await database.query(selectReplies(database.sql, of))).map(replyFrom);
    },
  };
}

export function replyFrom({ id, site_id, agent_id, shortcut, text }: CannedRow): CannedReply {
  return { id, site_id, shortcut, text, own: agent_id !== null };
}
