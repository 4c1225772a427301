import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { plain, run, runOne, type Sql } from '../database/database.ts';
import { updateName, updatePassword } from './agent.store.ts';
import { hashPassword } from './password.ts';

/** What agents change of themselves. */
export interface ProfileCommands {
  rename(agentId: number, name: string): Promise<void>;
  /** Its sessions are the caller's to end. */
  changePassword(password: string, by: By): Promise<void>;
}

export function createProfileCommands({ database }: Pick<Context, 'database'>): ProfileCommands {
  return {
    async rename(id, name) {
      await database.write(runOne, plain(updateName(database.sql, { id, name: name.trim() })));
    },
    async changePassword(password, by) {
      const password_hash = await hashPassword(password);
      await database.write(replacePassword, { password_hash, by });
    },
  };
}

/** A transaction. */
export function* replacePassword(
  sql: Sql,
  { password_hash, by }: { password_hash: string; by: By },
) {
  yield* run(updatePassword(sql, { id: by.agentId, password_hash }));
  yield* record(sql, by, { siteId: null, action: 'agent.password_changed', target: by.name });
}
