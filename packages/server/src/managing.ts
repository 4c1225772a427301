import { createMemberCommands, type MemberCommands } from './agent/member.commands.ts';
import { createProfileCommands, type ProfileCommands } from './agent/profile.commands.ts';
import {
  createSecondFactorCommands,
  type SecondFactorCommands,
} from './agent/second-factor.commands.ts';
import { type AuditQueries, createAuditQueries } from './audit/audit.queries.ts';
import { type CannedCommands, createCannedCommands } from './canned/canned.commands.ts';
import { type CannedQueries, createCannedQueries } from './canned/canned.queries.ts';
import type { Context } from './context.ts';
import {
  createInvitationCommands,
  type InvitationCommands,
} from './invitation/invitation.commands.ts';
import {
  createInvitationQueries,
  type InvitationQueries,
} from './invitation/invitation.queries.ts';
import type { Mailer } from './mail/mailer.ts';

/** What owners and admins stand on, and agents for themselves; `wiring.ts` makes it once. */
export interface Managing {
  readonly members: MemberCommands;
  readonly profile: ProfileCommands;
  readonly secondFactor: SecondFactorCommands;
  readonly invitations: InvitationCommands;
  readonly invited: InvitationQueries;
  readonly canned: CannedQueries;
  readonly cannedCommands: CannedCommands;
  readonly audit: AuditQueries;
  /** Null: this server sends no mail. */
  readonly mailer: Mailer | null;
}

export function createManaging(context: Context, mailer: Mailer | null): Managing {
  return {
    members: createMemberCommands(context),
    profile: createProfileCommands(context),
    secondFactor: createSecondFactorCommands(context),
    invitations: createInvitationCommands(context),
    invited: createInvitationQueries(context),
    canned: createCannedQueries(context),
    cannedCommands: createCannedCommands(context),
    audit: createAuditQueries(context),
    mailer,
  };
}
