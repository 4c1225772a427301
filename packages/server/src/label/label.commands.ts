import { LIMITS, type Label, type LabelColor } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { managedSite } from '../agent/managed-site.ts';
import { AppError } from '../app-error.ts';
import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { lockSiteOf } from '../site/site.queries.ts';
import {
  insertLabel,
  labelFromRow,
  removeLabel,
  selectLabel,
  selectLabelsOf,
  updateLabel,
} from './label.store.ts';

/** For owners and admins. Each throws AppError `not_found` for a foreign site, `forbidden`. */
export interface LabelCommands {
  /** @throws AppError `name_taken`, `too_many` */
  createLabel(
    agent: AgentActor,
    label: { site_id: number; name: string; color: LabelColor },
  ): Promise<Label>;
  recolorLabel(agent: AgentActor, id: number, color: LabelColor): Promise<Label>;
  /** Conversations keep the name: what was sorted stays findable. */
  deleteLabel(agent: AgentActor, id: number): Promise<void>;
}

export function createLabelCommands({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): LabelCommands {
  return {
    createLabel: async (agent, { site_id, name, color }) =>
      database.write(addLabel, {
        site_id: managedSite(agent, site_id, 'labels.manage'),
        name: name.trim(),
        color,
        created_at: clock.now_ms(),
      }),
    recolorLabel: (agent, id, color) => database.write(changeLabel, { agent, id, color }),
    deleteLabel: async (agent, id) => {
      await database.write(changeLabel, { agent, id, color: null });
    },
  };
}

/** A transaction. */
export function* addLabel(sql: Sql, label: Parameters<typeof insertLabel>[1]) {
  // Two at once would both find the name free.
  yield* first(lockSiteOf(sql, label.site_id));
  const labels = yield* all(selectLabelsOf(sql, label));
  if (labels.some(({ name }) => name === label.name)) {
    throw new AppError('name_taken', 'There is a label of this name.');
  }
  if (labels.length >= LIMITS.labelsPerSite) {
    throw new AppError('too_many', `A site has at most ${LIMITS.labelsPerSite} labels.`);
  }
  const row = yield* first(insertLabel(sql, label));
  if (row === undefined) throw new Error('The inserted label was not returned');
  return labelFromRow({ ...label, id: row.id });
}

/** A transaction; without a colour the label goes. */
export function* changeLabel(
  sql: Sql,
  { agent, id, color }: { agent: AgentActor; id: number; color: LabelColor | null },
) {
  const row = yield* first(selectLabel(sql, { id }));
  if (row === undefined || !agent.siteIds.includes(row.site_id)) {
    throw new AppError('not_found', 'There is no such label.');
  }
  const keys = { id, site_id: managedSite(agent, row.site_id, 'labels.manage') };
  yield* run(color === null ? removeLabel(sql, keys) : updateLabel(sql, { ...keys, color }));
  return labelFromRow({ ...row, ...(color !== null && { color }) });
}
