import type { Secret } from './config/secret.ts';

/** What the secrets of the installation are derived from. */
export interface AppKeys {
  /** What is signed from now on is signed with this one. */
  readonly present: Secret;
  /** The present one first; what was signed with a former one is still believed. */
  readonly all: readonly Secret[];
}
