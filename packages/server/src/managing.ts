import { createMemberCommands, type MemberCommands } from './agent/member.commands.ts';
import { type AuditQueries, createAuditQueries } from './audit/audit.queries.ts';
import type { Context } from './context.ts';

/** What owners and admins stand on; `wiring.ts` makes it once. */
export interface Managing {
  readonly members: MemberCommands;
  readonly audit: AuditQueries;
}

export function createManaging(context: Context): Managing {
  return {
    members: createMemberCommands(context),
    audit: createAuditQueries(context),
  };
}
