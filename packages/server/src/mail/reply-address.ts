import { createHmac, timingSafeEqual } from 'node:crypto';
import type { MailReplies } from '../config/mail.ts';
import type { Secret } from '../config/secret.ts';
import type { Clock } from '../context.ts';

/** Who answers by mail, and where to. */
export type Correspondent =
  | { readonly kind: 'agent'; readonly agentId: number; readonly conversationId: number }
  | {
      readonly kind: 'visitor';
      readonly visitorId: number;
      readonly siteId: number;
      readonly conversationId: number;
    };

/** Makes the address to which a mail is answered; null: mails are not answered. */
export type ReplyTo = ((who: Correspondent, to: string) => string) | null;

const DAY_MS = 24 * 60 * 60_000;
/** How long a mail can be answered. */
const GOOD_DAYS = 30;
/** Of HMAC-SHA256, in hex: the part of an address before the @ has 64 characters at most. */
const SIGNATURE_CHARS = 20;

/** From the key of the installation: the same on all nodes, and good for nothing else. */
export function replyKeyFrom(appKey: string): string {
  return createHmac('sha256', appKey).update('parley mail replies').digest('base64url');
}

export function createReplyTo(replies: MailReplies | null, appKey: Secret, clock: Clock): ReplyTo {
  if (replies === null) return null;
  const key = replyKeyFrom(appKey.reveal());
  return (who, to) => replyAddress(replies.address, who, to, { key, now_ms: clock.now_ms() });
}

/**
 * The address to which a mail is answered: `reply+TOKEN@…`, in lower case, as some servers write it.
 * @param base as it is configured
 * @param to whom the mail goes: an answer that comes from another address is not believed
 */
export function replyAddress(
  base: string,
  who: Correspondent,
  to: string,
  { key, now_ms }: { key: string; now_ms: number },
): string {
  const [local = '', domain = ''] = splitAt(base);
  const day = Math.floor(now_ms / DAY_MS) + GOOD_DAYS;
  const numbers =
    who.kind === 'agent'
      ? [who.conversationId, who.agentId, day]
      : [who.conversationId, who.visitorId, who.siteId, day];
  const claim = [who.kind === 'agent' ? 'a' : 'v', ...numbers.map((n) => n.toString(36))].join('.');
  return `${local}+${claim}.${sign(claim, to, key)}@${domain}`;
}

/** Null for an address that was not made here, not for this sender, or too long ago. */
export function correspondentOf(
  address: string,
  {
    base,
    from,
    keys,
    now_ms,
  }: { base: string; from: string; keys: readonly string[]; now_ms: number },
): Correspondent | null {
  const [local = '', domain = ''] = splitAt(address.trim().toLowerCase());
  const [expectedLocal = '', expectedDomain = ''] = splitAt(base.toLowerCase());
  if (domain !== expectedDomain || !local.startsWith(`${expectedLocal}+`)) return null;
  const token = local.slice(expectedLocal.length + 1);
  const [, claim, signature] =
    /^((?:a(?:\.[\da-z]{1,11}){3})|(?:v(?:\.[\da-z]{1,11}){4}))\.([\da-f]{20})$/.exec(token) ?? [];
  if (claim === undefined || signature === undefined) return null;
  if (!keys.some((key) => isSame(sign(claim, from, key), signature))) return null;
  const [kind, ...numbers] = claim.split('.');
  const [conversationId = 0, id = 0, ...rest] = numbers.map((part) => Number.parseInt(part, 36));
  if ((rest.at(-1) ?? 0) * DAY_MS < now_ms) return null;
  return kind === 'a'
    ? { kind: 'agent', agentId: id, conversationId }
    : { kind: 'visitor', visitorId: id, siteId: rest[0] ?? 0, conversationId };
}

function sign(claim: string, person: string, key: string): string {
  const text = `${claim} ${person.trim().toLowerCase()}`;
  return createHmac('sha256', key).update(text).digest('hex').slice(0, SIGNATURE_CHARS);
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function splitAt(address: string): readonly string[] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, at), address.slice(at + 1)];
}
