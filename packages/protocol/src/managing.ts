import { z } from 'zod/mini';
import { Agent, AgentLocale, AgentRole } from './agent.ts';
import { success } from './api-visitor.ts';
import { filledText, Id, Timestamp } from './primitive.ts';
import { Email } from './visitor.ts';

/** Requests and answers about oneself, colleagues and invitations. */
const AgentName = filledText(100);
const Code = z.string().check(z.minLength(1), z.maxLength(20));
/** What is asked again before something that a stolen session must not do. */
const CurrentPassword = z.string().check(z.minLength(1), z.maxLength(1_000));
const NewPassword = z
  .string()
  .check(z.minLength(10, { error: 'must have at least 10 characters' }), z.maxLength(1_000));

/** A login of one's own, somewhere. */
export const OwnSession = z.object({
  id: z.string(),
  /** That of the request. */
  current: z.boolean(),
  user_agent: z.string(),
  address: z.string(),
  created_at: Timestamp,
  last_seen_at: Timestamp,
});
export type OwnSession = z.infer<typeof OwnSession>;

export const ProfileAnswer = z.object({
  ...success,
  agent: Agent,
  two_factor: z.boolean(),
  /** How many are not used yet. */
  recovery_codes: z.int(),
  /** The latest used first. */
  sessions: z.array(OwnSession),
});
export type ProfileAnswer = z.infer<typeof ProfileAnswer>;

export const ProfilePatch = z.object({
  name: z.optional(AgentName),
  /** Null: the language of the browser. */
  locale: z.optional(z.nullable(AgentLocale)),
});
export type ProfilePatch = z.infer<typeof ProfilePatch>;

export const PasswordChange = z.object({
  current_password: CurrentPassword,
  password: NewPassword,
});
export type PasswordChange = z.infer<typeof PasswordChange>;

export const PasswordProof = z.object({ password: CurrentPassword });
export type PasswordProof = z.infer<typeof PasswordProof>;

/** Has a link mailed to an agent who forgot the password. */
export const PasswordResetRequest = z.object({ email: Email });
export type PasswordResetRequest = z.infer<typeof PasswordResetRequest>;

/** By the token of such a link. */
export const PasswordReset = z.object({
  token: z.string().check(z.minLength(1), z.maxLength(200)),
  password: NewPassword,
});
export type PasswordReset = z.infer<typeof PasswordReset>;

/** For an authenticator: the same secret as text and as an `otpauth:` address. Nothing holds yet. */
export const TwoFactorSetUp = z.object({ ...success, secret: z.string(), uri: z.string() });
export type TwoFactorSetUp = z.infer<typeof TwoFactorSetUp>;

export const TwoFactorConfirm = z.object({ code: Code });
export type TwoFactorConfirm = z.infer<typeof TwoFactorConfirm>;

/** Shown once; each opens one sign-in in place of a code. */
export const RecoveryCodesAnswer = z.object({ ...success, recovery_codes: z.array(z.string()) });
export type RecoveryCodesAnswer = z.infer<typeof RecoveryCodesAnswer>;

/** Somebody of a site, as those who manage it see them. */
export const Member = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: AgentRole,
  disabled: z.boolean(),
  two_factor: z.boolean(),
  /** Null: never, or all sessions ended. */
  last_seen_at: z.nullable(Timestamp),
});
export type Member = z.infer<typeof Member>;

export const Invitation = z.object({
  id: Id,
  email: z.string(),
  role: AgentRole,
  /** By name. */
  invited_by: z.string(),
  expires_at: Timestamp,
});
export type Invitation = z.infer<typeof Invitation>;

export const MembersAnswer = z.object({
  ...success,
  members: z.array(Member),
  /** Open ones. */
  invitations: z.array(Invitation),
  /** Whether invitations are mailed as well. */
  sends_mail: z.boolean(),
});
export type MembersAnswer = z.infer<typeof MembersAnswer>;

export const MemberPatch = z.object({ role: AgentRole });
export type MemberPatch = z.infer<typeof MemberPatch>;

export const AgentPatch = z.object({ disabled: z.boolean() });
export type AgentPatch = z.infer<typeof AgentPatch>;

export const InvitationRequest = z.object({ email: Email, role: AgentRole });
export type InvitationRequest = z.infer<typeof InvitationRequest>;

/** The link is told here alone; whoever has it can join. */
export const InvitationAnswer = z.object({
  ...success,
  invitation: Invitation,
  link: z.string(),
  mailed: z.boolean(),
});
export type InvitationAnswer = z.infer<typeof InvitationAnswer>;

const InvitationToken = z.string().check(z.minLength(1), z.maxLength(200));

export const InvitationLook = z.object({ token: InvitationToken });
export type InvitationLook = z.infer<typeof InvitationLook>;

/** What stands on an invitation. */
export const InvitationShown = z.object({
  ...success,
  site: z.string(),
  email: z.string(),
  role: AgentRole,
  invited_by: z.string(),
  /** Whether the address is that of an agent, who then signs in. */
  known: z.boolean(),
});
export type InvitationShown = z.infer<typeof InvitationShown>;

/** With the agent's own password where the address is known, else with a name and a new password. */
export const InvitationAccept = z.object({
  token: InvitationToken,
  name: z.optional(AgentName),
  password: CurrentPassword,
  code: z.optional(z.string().check(z.maxLength(20))),
});
export type InvitationAccept = z.infer<typeof InvitationAccept>;
