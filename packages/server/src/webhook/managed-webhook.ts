import { roleMay } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import { managedSite } from '../agent/managed-site.ts';
import { AppError } from '../app-error.ts';
import type { WebhookRow } from './webhook.ts';

/** @throws AppError `not_found`, `forbidden` */
export function requireManaged(actor: AgentActor, row: WebhookRow | undefined): WebhookRow {
  const isThere =
    row !== undefined &&
    (row.site_id === null ? row.agent_id === actor.agentId : actor.roles.has(row.site_id));
  if (!isThere) throw new AppError('not_found', 'There is no such webhook.');
  if (row.site_id === null) managedSomewhere(actor);
  else managedSite(actor, row.site_id, 'webhooks.manage');
  return row;
}

/** @throws AppError `forbidden` for who manages no site */
export function managedSomewhere({ roles }: AgentActor): void {
  const may = [...roles.values()].some((role) => roleMay(role, 'webhooks.manage'));
  if (!may) throw new AppError('forbidden', 'Your role does not allow that.');
}
