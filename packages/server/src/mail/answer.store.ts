import { prepared } from '../database/sql.ts';

/** Whose a conversation is, and what is known of that visitor's browser. */
export const selectOwner = prepared((sql, values: { id: number }) =>
  sql.db
    .selectFrom('conversations as c')
    .innerJoin('visitors as v', 'v.id', 'c.visitor_id')
    .select(['c.site_id', 'c.visitor_id', 'v.locale', 'v.page', 'v.blocked_at'])
    .where('c.id', '=', values.id),
);

/** Up to which place of the visitor stream a conversation's answers were mailed. */
export const selectMailed = prepared((sql, values: { conversation_id: number }) =>
  sql.db
    .selectFrom('answers_mailed')
    .select('up_to')
    .where('conversation_id', '=', values.conversation_id),
);

/** Nothing is changed, and nothing returned, where as much or more was mailed before. */
export const upsertMailed = prepared((sql, values: { conversation_id: number; up_to: number }) =>
  sql.db
    .insertInto('answers_mailed')
    .values({ conversation_id: values.conversation_id, up_to: values.up_to })
    .onConflict((conflict) =>
      conflict
        .column('conversation_id')
        .doUpdateSet({ up_to: values.up_to })
        .where('answers_mailed.up_to', '<', values.up_to),
    )
    .returning('up_to'),
);

/** As it was before the claim, unless more was claimed since. */
export const restoreMailed = prepared(
  (sql, values: { conversation_id: number; up_to: number; before: number }) =>
    sql.db
      .updateTable('answers_mailed')
      .set({ up_to: values.before })
      .where('conversation_id', '=', values.conversation_id)
      .where('up_to', '=', values.up_to),
);

export const selectRefusal = prepared((sql, values: { site_id: number; address_key: string }) =>
  sql.db
    .selectFrom('mail_refusals')
    .select('created_at')
    .where('site_id', '=', values.site_id)
    .where('address_key', '=', values.address_key),
);

export const insertRefusal = prepared(
  (sql, values: { site_id: number; address_key: string; created_at: number }) =>
    sql.db
      .insertInto('mail_refusals')
      .values({
        site_id: values.site_id,
        address_key: values.address_key,
        created_at: values.created_at,
      })
      .onConflict((conflict) => conflict.columns(['site_id', 'address_key']).doNothing()),
);
