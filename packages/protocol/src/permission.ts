import type { AgentRole } from './agent.ts';

/** What one may do on a site beside answering, which every member may. */
export type Permission =
  | 'site.change'
  | 'site.create'
  | 'members.manage'
  | 'owners.manage'
  | 'teams.manage'
  | 'labels.manage'
  | 'replies.manage'
  | 'audit.read'
  | 'visitors.manage'
  | 'reports.read'
  | 'webhooks.manage'
  | 'system.read';

const MANAGERS: readonly AgentRole[] = ['owner', 'admin'];
const OWNERS: readonly AgentRole[] = ['owner'];

/** The one list that the server and the dashboard go by. */
const ROLES_THAT_MAY: Readonly<Record<Permission, readonly AgentRole[]>> = {
  'site.change': MANAGERS,
  // Whoever owns one site may open another, and owns that too.
  'site.create': OWNERS,
  'members.manage': MANAGERS,
  // Only an owner makes another one, or takes it back.
  'owners.manage': OWNERS,
  'teams.manage': MANAGERS,
  'labels.manage': MANAGERS,
  'replies.manage': MANAGERS,
  'audit.read': MANAGERS,
  // To take out all that is known of one, and to erase it.
  'visitors.manage': MANAGERS,
  // They compare colleagues with each other: for who leads them.
  'reports.read': MANAGERS,
  // They are told what is said, notes included.
  'webhooks.manage': MANAGERS,
  // Where things lie and what does not work is for who runs the server.
  'system.read': OWNERS,
};

/** Whether a member of that role may do it on the site. */
export function roleMay(role: AgentRole, permission: Permission): boolean {
  return ROLES_THAT_MAY[permission].includes(role);
}

/** The roles that somebody of `role` may give to others, and take from them. */
export function rolesGivenBy(role: AgentRole): readonly AgentRole[] {
  if (!roleMay(role, 'members.manage')) return [];
  return roleMay(role, 'owners.manage') ? ['owner', 'admin', 'agent'] : ['admin', 'agent'];
}
