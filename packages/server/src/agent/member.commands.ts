import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { all, run, type Sql } from '../database/database.ts';
import { insertNewSite, type NewSite } from '../site/site.commands.ts';
import type { Site } from '../site/site.ts';
import { selectMemberships, upsertMembership } from './agent.store.ts';

export interface MemberCommands {
  /**
   * A new site with the agent as its owner.
   * @throws AppError `too_many`
   */
  openSite(name: string, by: By): Promise<Site>;
}

const SITES_MAX = 100;

export function createMemberCommands({
  database,
  clock,
  random,
}: Pick<Context, 'database' | 'clock' | 'random'>): MemberCommands {
  return {
    openSite: (name, by) =>
      database.write(openSite, {
        by,
        site: {
          name,
          token: random.token(),
          identity_secret: random.token(),
          now_ms: clock.now_ms(),
        },
      }),
  };
}

/** A transaction. */
export function* openSite(sql: Sql, { by, site }: { by: By; site: NewSite }) {
  const memberships = yield* all(selectMemberships(sql, { agent_id: by.agentId }));
  if (memberships.length >= SITES_MAX) {
    throw new AppError('too_many', `An agent may be a member of ${SITES_MAX} sites.`);
  }
  const opened = yield* insertNewSite(sql, site);
  yield* run(
    upsertMembership(sql, {
      site_id: opened.id,
      agent_id: by.agentId,
      role: 'owner',
      created_at: site.now_ms,
    }),
  );
  yield* record(sql, by, { siteId: opened.id, action: 'site.created', target: opened.name });
  return opened;
}
