import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { selectMentioned } from './mention.store.ts';

export interface MentionQueries {
  /** Conversations in which a note names the agent, who has not seen that yet; the newest first. */
  mentionedIn(agent: AgentActor): Promise<number[]>;
}

/** More than that nobody reads away one by one. */
const MENTIONED_MAX = 1_000;

export function createMentionQueries({ database }: Pick<Context, 'database'>): MentionQueries {
  return {
    mentionedIn: async ({ agentId }) => {
      const wanted = { agent_id: agentId, limit: MENTIONED_MAX };
      const rows = await database.query(selectMentioned(database.sql, wanted));
      return rows.map((row) => row.conversation_id);
    },
  };
}
