import type { ProfilePatch } from '@parley/protocol';
import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { first, run, type Sql } from '../database/database.ts';
import type { AgentAccount } from './agent.ts';
import { exchangePassword, removeOtherSessions, updateLocale, updateName } from './agent.store.ts';
import { hashPassword } from './password.ts';

/** What agents change of themselves. */
export interface ProfileCommands {
  change(agentId: number, patch: ProfilePatch): Promise<void>;
  /**
   * All sessions but one end in the database, however many; what lives in their name is the caller's to end.
   * @param account as it was when its password was checked
   * @param tokenHash of the session in which it is changed
   * @returns the account with the new password
   * @throws AppError `wrong_password` where it is another one by now
   */
  changePassword(
    account: AgentAccount,
    password: string,
    tokenHash: string,
    by: By,
  ): Promise<AgentAccount>;
}

export function createProfileCommands({ database }: Pick<Context, 'database'>): ProfileCommands {
  return {
    async change(id, patch) {
      await database.write(changeProfile, { id, patch });
    },
    async changePassword(account, password, token_hash, by) {
      const passwordHash = await hashPassword(password);
      await database.write(replacePassword, {
        former_hash: account.passwordHash,
        password_hash: passwordHash,
        token_hash,
        by,
      });
      return { ...account, passwordHash };
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

interface Replaced {
  readonly former_hash: string;
  readonly password_hash: string;
  /** Of the session that stays. */
  readonly token_hash: string;
  readonly by: By;
}

/** A transaction. @throws AppError `wrong_password` */
export function* replacePassword(sql: Sql, replaced: Replaced) {
  const { former_hash, password_hash, token_hash, by } = replaced;
  // Of two at once, the second knows the former one alone.
  const row = yield* first(exchangePassword(sql, { id: by.agentId, former_hash, password_hash }));
  if (row === undefined) throw isWrong();
  yield* run(removeOtherSessions(sql, { agent_id: by.agentId, token_hash }));
  yield* record(sql, by, { siteId: null, action: 'agent.password_changed', target: by.name });
}

/** Of a password that is asked for once more. */
export function isWrong(): AppError {
  return new AppError('wrong_password', 'This is not your password.');
}
