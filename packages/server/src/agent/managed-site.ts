import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';

/**
 * The site, where the agent may decide about it.
 * @throws AppError `not_found` for who is no member, `forbidden` for who may not decide
 */
export function managedSite(agent: AgentActor, siteId: number): number {
  const role = agent.roles.get(siteId);
  if (role === undefined) throw new AppError('not_found', 'There is no such site.');
  if (role === 'agent') {
    throw new AppError('forbidden', 'Only owners and admins of the site may do this.');
  }
  return siteId;
}
