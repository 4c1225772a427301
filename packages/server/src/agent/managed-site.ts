import { type Permission, roleMay } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { AppError } from '../app-error.ts';

/**
 * The site, where the agent may do that.
 * @throws AppError `not_found` for who is no member, `forbidden` for whose role does not allow it
 */
export function managedSite(agent: AgentActor, siteId: number, permission: Permission): number {
  const role = agent.roles.get(siteId);
  if (role === undefined) throw new AppError('not_found', 'There is no such site.');
  if (!roleMay(role, permission)) {
    throw new AppError('forbidden', 'Your role on this site does not allow that.');
  }
  return siteId;
}
