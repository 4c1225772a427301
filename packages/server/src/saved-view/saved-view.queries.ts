import type { SavedView } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { selectViewsOfAgent } from './saved-view.store.ts';

export interface SavedViewQueries {
  /** In the order in which they were saved. */
  viewsOf(agent: AgentActor): Promise<SavedView[]>;
}

export function createSavedViewQueries({ database }: Pick<Context, 'database'>): SavedViewQueries {
  return {
    viewsOf: ({ agentId }) =>
      database.query(selectViewsOfAgent(database.sql, { agent_id: agentId })),
  };
}
