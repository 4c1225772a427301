import { LIMITS, type SavedView } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import { all, first, plain, runOne, type Sql } from '../database/database.ts';
import { insertView, removeView, selectViewsOfAgent } from './saved-view.store.ts';

/** Each agent has its own. */
export interface SavedViewCommands {
  /** @throws AppError `too_many` */
  saveView(agent: AgentActor, view: { name: string; search: string }): Promise<SavedView>;
  /** @throws AppError `not_found` */
  deleteView(agent: AgentActor, id: number): Promise<void>;
}

export function createSavedViewCommands({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): SavedViewCommands {
  return {
    saveView: ({ agentId }, { name, search }) =>
      database.write(addView, {
        agent_id: agentId,
        name: name.trim(),
        query: search,
        created_at: clock.now_ms(),
      }),
    deleteView: async ({ agentId }, id) => {
      const removal = removeView(database.sql, { agent_id: agentId, id });
      if ((await database.write(runOne, plain(removal))) > 0) return;
      throw new AppError('not_found', 'There is no such view.');
    },
  };
}

/** A transaction. */
export function* addView(sql: Sql, view: Parameters<typeof insertView>[1]) {
  const views = yield* all(selectViewsOfAgent(sql, view));
  if (views.length >= LIMITS.viewsPerAgent) {
    throw new AppError('too_many', `An agent keeps at most ${LIMITS.viewsPerAgent} views.`);
  }
  const row = yield* first(insertView(sql, view));
  if (row === undefined) throw new Error('The inserted view was not returned');
  return { id: row.id, name: view.name, search: view.query } satisfies SavedView;
}
