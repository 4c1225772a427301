import { createMemberCommands, type MemberCommands } from './agent/member.commands.ts';
import { createProfileCommands, type ProfileCommands } from './agent/profile.commands.ts';
import { createResetCommands, type ResetCommands } from './agent/reset.commands.ts';
import {
  createSecondFactorCommands,
  type SecondFactorCommands,
} from './agent/second-factor.commands.ts';
import type { AppKeys } from './app-keys.ts';
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
import type { ConversationQueries } from './conversation/conversation.queries.ts';
import type { Mailer } from './mail/mailer.ts';
import {
  createEraseCommands,
  type EraseCommands,
  type EraseOptions,
} from './visitor/erase.commands.ts';
import { createExportQueries, type ExportQueries } from './visitor/export.queries.ts';
import {
  createRetentionCommands,
  type RetentionCommands,
  type RetentionOptions,
} from './retention/retention.commands.ts';
import { createReportQueries, type ReportQueries } from './report/report.queries.ts';

/** What owners and admins stand on, and agents for themselves; `wiring.ts` makes it once. */
export interface Managing {
  readonly members: MemberCommands;
  readonly profile: ProfileCommands;
  readonly secondFactor: SecondFactorCommands;
  readonly resets: ResetCommands;
  readonly invitations: InvitationCommands;
  readonly invited: InvitationQueries;
  readonly canned: CannedQueries;
  readonly cannedCommands: CannedCommands;
  readonly audit: AuditQueries;
  readonly exports: ExportQueries;
  readonly erase: EraseCommands;
  readonly retention: RetentionCommands;
  readonly reports: ReportQueries;
  /** Null: this server sends no mail. */
  readonly mailer: Mailer | null;
}

export interface ManagingOptions {
  readonly context: Context;
  readonly conversationQueries: ConversationQueries;
  readonly mailer: Mailer | null;
  readonly keys: AppKeys;
  /** There is a job. */
  readonly onJob: () => void;
  readonly onErased: EraseOptions['onErased'];
  readonly onGone: RetentionOptions['onGone'];
  readonly siteQueries: RetentionOptions['siteQueries'];
  readonly logger: RetentionOptions['logger'];
}

export function createManaging(options: ManagingOptions): Managing {
  const { context, conversationQueries, mailer, keys, onJob, onErased, onGone } = options;
  const { siteQueries, logger } = options;
  return {
    members: createMemberCommands(context),
    profile: createProfileCommands(context),
    secondFactor: createSecondFactorCommands(context),
    resets: createResetCommands({ context, keys, onJob }),
    invitations: createInvitationCommands(context),
    invited: createInvitationQueries(context),
    canned: createCannedQueries(context),
    cannedCommands: createCannedCommands(context),
    audit: createAuditQueries(context),
    exports: createExportQueries(context, conversationQueries),
    erase: createEraseCommands({ context, onErased }),
    retention: createRetentionCommands({ context, siteQueries, onGone, logger }),
    reports: createReportQueries(context),
    mailer,
  };
}
