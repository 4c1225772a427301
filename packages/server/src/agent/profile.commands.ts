import type { ProfilePatch } from '@parley/protocol';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { run, type Sql } from '../database/database.ts';
import { updateLocale, updateName, updatePassword } from './agent.store.ts';
import { hashPassword } from './password.ts';

/** What agents change of themselves. */
export interface ProfileCommands {
  change(agentId: number, patch: ProfilePatch): Promise<void>;
  /** Its sessions are the caller's to end. */
  changePassword(password: string, by: By): Promise<void>;
}

export function createProfileCommands({ database }: Pick<Context, 'database'>): ProfileCommands {
  return {
    async change(id, patch) {
      await database.write(changeProfile, { id, patch });
    },
    async changePassword(password, by) {
      const password_hash = await hashPassword(password);
      await database.write(replacePassword, { password_hash, by });
    },
  };
}

/** A transaction. */
export function* changeProfile(
  sql: Sql,
  { id, patch: { name, locale } }: { id: number; patch: ProfilePatch },
) {
  if (name !== undefined) yield* run(updateName(sql, { id, name: name.trim() }));
  if (locale !== undefined) yield* run(updateLocale(sql, { id, locale }));
}

/** A transaction. */
export function* replacePassword(
  sql: Sql,
  { password_hash, by }: { password_hash: string; by: By },
) {
  yield* run(updatePassword(sql, { id: by.agentId, password_hash }));
  yield* record(sql, by, { siteId: null, action: 'agent.password_changed', target: by.name });
}
