import { first, run, type Sql } from '../database/database.ts';
import {
  insertRefusal,
  restoreMailed,
  selectMailed,
  selectRefusal,
  upsertMailed,
} from './answer.store.ts';
import { addressKey, giveBackMail, type MailLimits, takeMails } from './quota.commands.ts';

interface Claim {
  readonly siteId: number;
  readonly conversationId: number;
  /** Whom it goes to. */
  readonly address: string;
  /** Place of the newest answer in it. */
  readonly upTo: number;
  readonly limits: MailLimits | null;
  readonly now_ms: number;
}

/**
 * A transaction: the answers up to there are this attempt's to mail, and nobody else's, so that none is
 * ever mailed twice. Returns up to which place they were mailed before (0: none); null where there is
 * nothing new, or the address wants no mail of this site.
 * @throws AppError `rate_limited`
 */
export function* claimAnswers(sql: Sql, claim: Claim) {
  const { siteId, conversationId, address, upTo, limits, now_ms } = claim;
  const refusal = { site_id: siteId, address_key: addressKey(address) };
  if ((yield* first(selectRefusal(sql, refusal))) !== undefined) return null;
  const before = yield* first(selectMailed(sql, { conversation_id: conversationId }));
  const mailed = { conversation_id: conversationId, up_to: upTo };
  if ((yield* first(upsertMailed(sql, mailed))) === undefined) return null;
  yield* takeMails(sql, { siteId, address, limits, now_ms });
  return before?.up_to ?? 0;
}

/**
 * A transaction: nothing was sent, and a later attempt may claim it. What is given back counts for nothing,
 * or a mail server that is away for seconds would use up what an address gets in a day.
 *
 * @param before what the claim returned
 */
export function* releaseAnswers(sql: Sql, { before, ...claim }: Claim & { before: number }) {
  const { conversationId: conversation_id, upTo: up_to } = claim;
  yield* run(restoreMailed(sql, { conversation_id, up_to, before }));
  yield* giveBackMail(sql, claim);
}

/** A transaction: this address gets no more mail about answers of this site, whoever types it. */
export function* refuseMail(
  sql: Sql,
  { siteId, addressKey: key, now_ms }: { siteId: number; addressKey: string; now_ms: number },
) {
  yield* run(insertRefusal(sql, { site_id: siteId, address_key: key, created_at: now_ms }));
}
