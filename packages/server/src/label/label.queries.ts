import type { Label } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { labelFromRow, selectLabels } from './label.store.ts';

export interface LabelQueries {
  /** Of all sites of the agent, by name. */
  labelsOf(agent: AgentActor): Promise<Label[]>;
}

export function createLabelQueries({ database }: Pick<Context, 'database'>): LabelQueries {
  return {
    labelsOf: async ({ siteIds }) => {
      if (siteIds.length === 0) return [];
      return (await database.query(selectLabels(database.sql, { siteIds }))).map(labelFromRow);
    },
  };
}
