import { prepared } from '../database/sql.ts';

export const updatePendingSecret = prepared(
  (sql, values: { id: number; totp_pending: string | null }) =>
    sql.db
      .updateTable('agents')
      .set({ totp_pending: values.totp_pending })
      .where('id', '=', values.id),
);

export const updateSecret = prepared(
  (sql, values: { id: number; totp_secret: string | null; totp_step: number | null }) =>
    sql.db
      .updateTable('agents')
      .set({
        totp_secret: values.totp_secret,
        totp_step: values.totp_step,
        totp_pending: null,
      })
      .where('id', '=', values.id),
);

/** Changes nothing where that step, or a later one, was used. */
export const updateStep = prepared((sql, values: { id: number; totp_step: number }) =>
  sql.db
    .updateTable('agents')
    .set({ totp_step: values.totp_step })
    .where('id', '=', values.id)
    .where((of) => of.or([of('totp_step', 'is', null), of('totp_step', '<', values.totp_step)])),
);

export const insertRecoveryCode = prepared((sql, values: { agent_id: number; code_hash: string }) =>
  sql.db
    .insertInto('recovery_codes')
    .values({ agent_id: values.agent_id, code_hash: values.code_hash }),
);

export const removeRecoveryCode = prepared((sql, values: { agent_id: number; code_hash: string }) =>
  sql.db
    .deleteFrom('recovery_codes')
    .where('agent_id', '=', values.agent_id)
    .where('code_hash', '=', values.code_hash),
);

export const removeRecoveryCodes = prepared((sql, values: { agent_id: number }) =>
  sql.db.deleteFrom('recovery_codes').where('agent_id', '=', values.agent_id),
);

export const countRecoveryCodes = prepared((sql, values: { agent_id: number }) =>
  sql.db
    .selectFrom('recovery_codes')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('agent_id', '=', values.agent_id),
);
