import { type Permission, roleMay } from '@parley/protocol';
import type { FastifyRequest } from 'fastify';
import { managedSite } from '../agent/managed-site.ts';
import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import type { Clock } from '../context.ts';
import { loginOf } from './access.ts';

/** As {@link managedSite}, of the agent whose request it is. */
export function siteWhere(request: FastifyRequest, id: number, permission: Permission): number {
  return managedSite(loginOf(request).actor, id, permission);
}

/** The sites on which the agent may do it; none is no fault. */
export function sitesWhere(request: FastifyRequest, permission: Permission): readonly number[] {
  return [...loginOf(request).actor.roles]
    .filter(([, role]) => roleMay(role, permission))
    .map(([id]) => id);
}

/** @throws AppError `forbidden` for who may do it on no site */
export function requireSomewhere(request: FastifyRequest, permission: Permission): void {
  if (sitesWhere(request, permission).length > 0) return;
  throw new AppError('forbidden', 'Your role does not allow that.');
}

export function noSite(): AppError {
  return new AppError('not_found', 'There is no such site.');
}

/** Who does it, for the audit log. */
export function byOf(request: FastifyRequest, clock: Clock): By {
  const { agent } = loginOf(request);
  return {
    agentId: agent.id,
    name: agent.name,
    address: request.keptAddress,
    at_ms: clock.now_ms(),
  };
}
