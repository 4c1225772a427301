import { createHash } from 'node:crypto';
import { AppError } from '../app-error.ts';
import { first, run, type Sql } from '../database/database.ts';
import { countMail, removeCounts, uncountMail } from './quota.store.ts';

/** How many mails within a day; null: as many as are asked for. */
export interface MailLimits {
  readonly perAddress: number;
  readonly perSite: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** An address as it is counted and refused, which does not tell it. */
export function addressKey(address: string): string {
  return createHash('sha256').update(address.trim().toLowerCase()).digest('hex');
}

/**
 * Within a transaction: counts one more mail to the address, and from the site.
 * @throws AppError `rate_limited`
 */
export function* takeMails(
  sql: Sql,
  of: { siteId: number; address: string; limits: MailLimits | null; now_ms: number },
) {
  const { limits, now_ms } = of;
  const keys = keysOf(of);
  if (limits !== null) {
    yield* takeOne(sql, keys.address, limits.perAddress, now_ms);
    yield* takeOne(sql, keys.site, limits.perSite, now_ms);
  }
  return keys.address;
}

/** Within a transaction: a mail that was taken was not sent, and counts for nothing. */
export function* giveBackMail(
  sql: Sql,
  of: { siteId: number; address: string; limits: MailLimits | null },
) {
  if (of.limits === null) return;
  const { address, site } = keysOf(of);
  yield* run(uncountMail(sql, { key: address }));
  yield* run(uncountMail(sql, { key: site }));
}

function keysOf({ siteId, address }: { siteId: number; address: string }) {
  return { address: `address:${addressKey(address)}`, site: `site:${siteId}` };
}

function* takeOne(sql: Sql, key: string, max: number, now_ms: number) {
  const day_began_ms = now_ms - DAY_MS;
  const row = yield* first(countMail(sql, { key, now_ms, day_began_ms }));
  if (row === undefined || row.count <= max) return;
  const retryAfter_s = Math.max(1, Math.ceil((row.began_at + DAY_MS - now_ms) / 1_000));
  throw new AppError('rate_limited', 'Enough mail was sent there today. Try again tomorrow.', {
    retryAfter_s,
    details: { retry_after_s: retryAfter_s },
  });
}

/** A statement: what tells that an address got mail is kept no longer than it counts. */
export function forgetMails(sql: Sql, now_ms: number) {
  return removeCounts(sql, { day_began_ms: now_ms - DAY_MS });
}
