import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { first, plain, run, runOne, together, type Sql } from '../database/database.ts';
import type { AgentAccount } from './agent.ts';
import { selectAgent } from './agent.store.ts';
import {
  newRecoveryCodes,
  recoveryCodeHash,
  totpSecretFrom,
  totpStep,
  totpUri,
} from './second-factor.ts';
import {
  insertRecoveryCode,
  removeRecoveryCode,
  removeRecoveryCodes,
  updatePendingSecret,
  updateSecret,
  updateStep,
} from './second-factor.store.ts';

export interface SecondFactorCommands {
  /** A new secret, which holds once it is confirmed. */
  setUp(agent: { id: number; email: string }): Promise<{ secret: string; uri: string }>;
  /**
   * From now on a code is asked for; gives the recovery codes, which are told nowhere else.
   * @throws AppError `wrong_code`
   */
  confirm(code: string, by: By): Promise<readonly string[]>;
  switchOff(by: By): Promise<void>;
  /** Whether the code is good, which then is used up: one of the authenticator, or of recovery. */
  use(account: AgentAccount, code: string): Promise<boolean>;
}

export function createSecondFactorCommands({
  database,
  clock,
  random,
}: Pick<Context, 'database' | 'clock' | 'random'>): SecondFactorCommands {
  const { sql } = database;
  return {
    async setUp({ id, email }) {
      const secret = totpSecretFrom(random.token());
      await database.write(runOne, plain(updatePendingSecret(sql, { id, totp_pending: secret })));
      return { secret, uri: totpUri(secret, email) };
    },
    async confirm(code, by) {
      const codes = newRecoveryCodes(() => random.token());
      const hashes = codes.map(recoveryCodeHash);
      await database.write(confirmSecondFactor, { code, by, hashes });
      return codes;
    },
    switchOff: (by) => database.write(removeSecondFactor, by),
    async use({ id, totpSecret }, code) {
      if (totpSecret === null) return false;
      const totp_step = totpStep(totpSecret, code, clock.now_ms());
      const use =
        totp_step === null
          ? removeRecoveryCode(sql, { agent_id: id, code_hash: recoveryCodeHash(code) })
          : updateStep(sql, { id, totp_step });
      return (await database.write(runOne, plain(use))) > 0;
    },
  };
}

/** A transaction. */
export function* confirmSecondFactor(
  sql: Sql,
  { code, by, hashes }: { code: string; by: By; hashes: readonly string[] },
) {
  const agent = yield* first(selectAgent(sql, { id: by.agentId }));
  const secret = agent?.totp_pending ?? null;
  const totp_step = secret === null ? null : totpStep(secret, code, by.at_ms);
  if (secret === null || totp_step === null) {
    throw new AppError('wrong_code', 'This code does not fit. Is the clock of the phone right?');
  }
  yield* run(updateSecret(sql, { id: by.agentId, totp_secret: secret, totp_step }));
  yield* run(removeRecoveryCodes(sql, { agent_id: by.agentId }));
  yield* together(
    ...hashes.map((code_hash) => insertRecoveryCode(sql, { agent_id: by.agentId, code_hash })),
  );
  yield* record(sql, by, { siteId: null, action: 'agent.two_factor_on', target: by.name });
}

/** A transaction. */
export function* removeSecondFactor(sql: Sql, by: By) {
  yield* run(updateSecret(sql, { id: by.agentId, totp_secret: null, totp_step: null }));
  yield* run(removeRecoveryCodes(sql, { agent_id: by.agentId }));
  yield* record(sql, by, { siteId: null, action: 'agent.two_factor_off', target: by.name });
}
