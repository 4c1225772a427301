import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { Timestamp } from './primitive.ts';

/** What was found of one thing that the server stands on, in English words. */
export const SystemFinding = z.object({
  state: z.enum(['ok', 'warning', 'wrong']),
  /** `database`, `mail`, `disk`…: more may come. */
  what: z.string(),
  said: z.string(),
  /** What to do; absent where all is well. */
  advice: z.optional(z.string()),
});
export type SystemFinding = z.infer<typeof SystemFinding>;

export const SystemAnswer = z.object({
  ...success,
  version: z.string(),
  node: z.string(),
  checked_at: Timestamp,
  findings: z.array(SystemFinding),
});
export type SystemAnswer = z.infer<typeof SystemAnswer>;
