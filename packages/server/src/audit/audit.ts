import type { AuditAction } from '@parley/protocol';

/** Who manages, and from where: goes along with each command of theirs. */
export interface By {
  readonly agentId: number;
  readonly name: string;
  readonly address: string;
  readonly at_ms: number;
}

/** What was done. */
export interface Deed {
  /** Null: in no site, the agent's own affair. */
  readonly siteId: number | null;
  readonly action: AuditAction;
  /** What it was done to, by its name: it may be gone when somebody reads this. */
  readonly target: string;
}

/** Longer names are cut: nobody reads further. */
export const TARGET_CHARS = 200;
