import { createHash } from 'node:crypto';
import type { AgentLocale } from '@parley/protocol';
import type { AppKeys } from '../app-keys.ts';
import { AppError } from '../app-error.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { first, run, type Sql } from '../database/database.ts';
import { enqueue } from '../job/job.commands.ts';
import { agentFromRow, exchangePassword, removeSessionsOf, selectAgent } from './agent.store.ts';
import { emailKey } from './agent.ts';
import { hashPassword } from './password.ts';
import { isResetValid, parseResetToken, resetKeyFrom } from './reset-token.ts';

/** Of jobs that mail a link for a new password. */
export const PASSWORD_RESET = 'mail:password-reset';

export interface PasswordResetJob {
  readonly email: string;
  /** What the browser that asked speaks, for an agent who chose nothing; absent in jobs of older servers. */
  readonly locale?: AgentLocale;
}

export interface ResetCommands {
  /**
   * Has a link mailed where the address is that of an agent. Whether it is one is looked up later, by
   * the job: neither the answer nor its time says it.
   */
  request(email: string, locale: AgentLocale): Promise<void>;
  /**
   * Sets the password and ends all sessions in the database; what lives in their name is the caller's
   * to end.
   * @throws AppError `reset_over`
   */
  redeem(token: string, password: string, address: string): Promise<void>;
}

export interface ResetOptions {
  readonly context: Pick<Context, 'database' | 'clock'>;
  readonly keys: AppKeys;
  /** There is a job. */
  readonly onJob: () => void;
}

export function createResetCommands({ context, keys, onJob }: ResetOptions): ResetCommands {
  const { database, clock } = context;
  const resetKeys = keys.all.map((key) => resetKeyFrom(key.reveal()));
  return {
    async request(email, locale) {
      await database.write(requestReset, { email, locale, now_ms: clock.now_ms() });
      onJob();
    },
    async redeem(token, password, address) {
      const claim = parseResetToken(token);
      const now_ms = clock.now_ms();
      const [row] =
        claim === null
          ? []
          : await database.query(selectAgent(database.sql, { id: claim.agentId }));
      if (claim === null || row === undefined) throw over();
      const account = agentFromRow(row);
      if (account.disabled || !isResetValid(claim, account, now_ms, resetKeys)) throw over();
      const password_hash = await hashPassword(password);
      await database.write(resetPassword, {
        id: account.id,
        former_hash: account.passwordHash,
        password_hash,
        address,
        now_ms,
      });
    },
  };
}

/** A transaction. */
export function* requestReset(
  sql: Sql,
  { email, locale, now_ms }: { email: string; locale: AgentLocale; now_ms: number },
) {
  const hash = createHash('sha256').update(emailKey(email)).digest('hex');
  const payload: PasswordResetJob = { email, locale };
  yield* enqueue(sql, [{ kind: PASSWORD_RESET, queueKey: `reset:${hash}`, payload }], now_ms);
}

interface Reset {
  readonly id: number;
  /** What the link was made for: of two who use it at once, one finds another. */
  readonly former_hash: string;
  readonly password_hash: string;
  readonly address: string;
  readonly now_ms: number;
}

/** A transaction. @throws AppError `reset_over` */
export function* resetPassword(sql: Sql, reset: Reset) {
  const { id, former_hash, password_hash, address, now_ms } = reset;
  const row = yield* first(exchangePassword(sql, { id, former_hash, password_hash }));
  if (row === undefined) throw over();
  yield* run(removeSessionsOf(sql, { agent_id: id }));
  const by = { agentId: id, name: row.name, address, at_ms: now_ms };
  yield* record(sql, by, { siteId: null, action: 'agent.password_reset', target: row.name });
}

function over(): AppError {
  return new AppError('reset_over', 'This link was used, or is too old. Ask for another one.');
}
