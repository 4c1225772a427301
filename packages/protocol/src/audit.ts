import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { DateTime, Id, Timestamp } from './primitive.ts';

/** What is written down of those who manage; stable, for the log outlives the words on screen. */
export const AuditAction = z.enum([
  'site.created',
  'site.changed',
  'site.secret_renewed',
  'member.invited',
  'member.joined',
  'member.role_changed',
  'member.removed',
  'invitation.withdrawn',
  'agent.disabled',
  'agent.enabled',
  'agent.password_changed',
  'agent.password_reset',
  'agent.two_factor_on',
  'agent.two_factor_off',
  'reply.created',
  'reply.changed',
  'reply.deleted',
  'visitor.erased',
  'visitor.exported',
  'visitor.withdrew',
  'webhook.created',
  'webhook.changed',
  'webhook.deleted',
  'webhook.secret_renewed',
  'webhook.disabled',
]);
export type AuditAction = z.infer<typeof AuditAction>;

export const AuditEntry = z.object({
  id: Id,
  /** Null: of the agent itself, in no site. */
  site_id: z.nullable(Id),
  /** Null: the server did it by itself. */
  agent: z.nullable(z.object({ id: Id, name: z.string() })),
  action: AuditAction,
  /** What it was done to, by its name of then. */
  target: z.string(),
  /** From which address. */
  address: z.string(),
  created_at: DateTime,
  timestamp: Timestamp,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = z.object({
  site: z.optional(z.coerce.number().check(z.int(), z.positive())),
  before: z.optional(z.coerce.number().check(z.int(), z.positive())),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** Newest first; ask on with the last one's id as `before`. */
export const AuditAnswer = z.object({
  ...success,
  entries: z.array(AuditEntry),
  has_more: z.boolean(),
});
export type AuditAnswer = z.infer<typeof AuditAnswer>;
