import { sql as raw } from 'kysely';
import { prepared } from '../database/sql.ts';

/**
 * Counts one more, in a new day where the last one is over. Holds the row until the transaction ends,
 * so that requests at once cannot all be the last that was allowed.
 */
export const countMail = prepared(
  (sql, values: { key: string; now_ms: number; day_began_ms: number }) =>
    sql.db
      .insertInto('mail_quotas')
      .values({ key: values.key, count: 1, began_at: values.now_ms })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet((row) => ({
          count: row
            .case()
            .when('mail_quotas.began_at', '<=', values.day_began_ms)
            .then(raw<number>`1`)
            .else(raw<number>`mail_quotas.count + 1`)
            .end(),
          began_at: row
            .case()
            .when('mail_quotas.began_at', '<=', values.day_began_ms)
            .then(values.now_ms)
            .else(row.ref('mail_quotas.began_at'))
            .end(),
        })),
      )
      .returning(['count', 'began_at']),
);

/** One that was counted and not sent. */
export const uncountMail = prepared((sql, values: { key: string }) =>
  sql.db
    .updateTable('mail_quotas')
    .set((row) => ({ count: row('count', '-', 1) }))
    .where('key', '=', values.key)
    .where('count', '>', 0),
);

/** Of days that are over: they count nothing any more. */
export const removeCounts = prepared((sql, values: { day_began_ms: number }) =>
  sql.db.deleteFrom('mail_quotas').where('began_at', '<=', values.day_began_ms),
);
