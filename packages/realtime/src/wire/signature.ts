import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isChannelName } from './channel-name.ts';
import { isSocketId } from './socket-id.ts';

/** Seconds by which the clock of a caller of the HTTP API may differ from ours. */
const TIMESTAMP_TOLERANCE_S = 600;

export interface ChannelSignatureInput {
  key: string;
  secret: string;
  socketId: string;
  channel: string;
  /** The exact JSON text that the client will send along. Presence channels need it. */
  channelData?: string;
}

/** Lower-case hex, as every Pusher SDK writes it. */
function hmacHex(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}

/** Takes equally long for every wrong answer of the right length. */
function equalInConstantTime(given: string, expected: string): boolean {
  const a = Buffer.from(given, 'utf8');
  const b = Buffer.from(expected, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * `KEY:hmac` that lets one socket subscribe to one private or presence channel.
 *
 * @throws TypeError on a malformed socket id or channel name. Both come from a client and are
 * joined with colons, so a crafted one would otherwise be signed as another channel's.
 */
export function signChannel(input: ChannelSignatureInput): string {
  const { key, secret, socketId, channel, channelData } = input;
  if (!isSocketId(socketId)) throw new TypeError('Malformed socket id');
  if (!isChannelName(channel)) throw new TypeError('Malformed channel name');
  const text = `${socketId}:${channel}`;
  return `${key}:${hmacHex(secret, channelData === undefined ? text : `${text}:${channelData}`)}`;
}

/** Whether `auth` is what {@link signChannel} makes of the same input. */
export function isChannelSignature(auth: string, input: ChannelSignatureInput): boolean {
  return equalInConstantTime(auth, signChannel(input));
}

/** Parameters of a signed call; the names are compared in lower case and sorted. */
export type SignedQuery = ReadonlyMap<string, string>;

/**
 * The `auth_signature` of a call of the HTTP API: method, path and all other parameters as
 * `name=value`, not escaped, one per `&`.
 */
export function signRequest(
  secret: string,
  method: string,
  path: string,
  query: SignedQuery,
): string {
  const parameters = [...query]
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => name !== 'auth_signature')
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => `${name}=${value}`);
  return hmacHex(secret, [method.toUpperCase(), path, parameters.join('&')].join('\n'));
}

export interface SignedRequest {
  key: string;
  secret: string;
  method: string;
  /** Path as it was sent, without the query. */
  path: string;
  query: SignedQuery;
  now_s: number;
}

/**
 * Checks all that the query says, which is enough to know the caller before any of the body is
 * read; {@link isBodyDigest} then holds the body to it.
 *
 * @returns null, or what is wrong, in words for the developer at the other end
 */
export function findSignatureFault(request: SignedRequest): string | null {
  const { key, secret, method, path, query, now_s } = request;
  if (query.get('auth_version') !== '1.0') return 'auth_version must be 1.0';
  if (query.get('auth_key') !== key) return 'auth_key is not the key of this app';
  const timestamp = query.get('auth_timestamp') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return 'auth_timestamp must be in Unix seconds';
  if (Math.abs(now_s - Number(timestamp)) > TIMESTAMP_TOLERANCE_S) {
    return `auth_timestamp is more than ${TIMESTAMP_TOLERANCE_S} s from the time here`;
  }
  const expected = signRequest(secret, method, path, query);
  if (!equalInConstantTime(query.get('auth_signature') ?? '', expected)) {
    return 'auth_signature does not fit';
  }
  return null;
}

/** Whether `body_md5` of a signed query is the digest of these bytes; it may lack for no bytes. */
export function isBodyDigest(query: SignedQuery, body: Buffer): boolean {
  const given = query.get('body_md5');
  if (given === undefined) return body.length === 0;
  return equalInConstantTime(given, createHash('md5').update(body).digest('hex'));
}
