import { hash } from 'node:crypto';
import { hmacHex } from '../wire/hmac.ts';
import { equalInConstantTime } from '../wire/signature.ts';

/** Seconds by which the clock of a caller of the HTTP API may differ from ours. */
const TIMESTAMP_TOLERANCE_S = 600;

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
  return hmacHex(secret, textToSign(method, path, query));
}

function textToSign(method: string, path: string, query: SignedQuery): string {
  const parameters: [name: string, value: string][] = [];
  for (const [name, value] of query) {
    const lowerCase = name.toLowerCase();
    if (lowerCase !== 'auth_signature') parameters.push([lowerCase, value]);
  }
  parameters.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  let text = `${method.toUpperCase()}\n${path}\n`;
  for (const [i, [name, value]] of parameters.entries()) {
    text += i === 0 ? `${name}=${value}` : `&${name}=${value}`;
  }
  return text;
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
 * @returns null, or what is wrong, in words for the developer at the other end, like Pusher's
 */
export function findSignatureFault(request: SignedRequest): string | null {
  const { key, secret, method, path, query, now_s } = request;
  if (query.get('auth_version') !== '1.0') return 'Version not supported: auth_version must be 1.0';
  if (query.get('auth_key') !== key) return 'Unknown auth_key';
  const timestamp = query.get('auth_timestamp') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return 'Timestamp required: auth_timestamp in Unix seconds';
  if (Math.abs(now_s - Number(timestamp)) > TIMESTAMP_TOLERANCE_S) {
    return `Timestamp expired: auth_timestamp is not within ${TIMESTAMP_TOLERANCE_S}s of server time (${now_s})`;
  }
  const given = query.get('auth_signature') ?? '';
  const text = textToSign(method, path, query);
  if (equalInConstantTime(given, hmacHex(secret, text))) return null;
  // Some SDKs sign the name in the path plain and send it escaped.
  const plain = unescapedPath(path);
  if (plain !== null && equalInConstantTime(given, signRequest(secret, method, plain, query))) {
    return null;
  }
  return `Invalid signature: you should have sent HmacSHA256Hex(${JSON.stringify(text)}, your_secret_key), but you sent ${JSON.stringify(given)}`;
}

/** The path without its escapes, if it has any, and if it is the same path without them. */
function unescapedPath(path: string): string | null {
  if (!path.includes('%')) return null;
  try {
    const plain = decodeURIComponent(path);
    return plain.split('/').length === path.split('/').length ? plain : null;
  } catch {
    // A broken escape: what is signed can only be what was sent.
    return null;
  }
}

/** Whether `body_md5` of a signed query is the digest of these bytes; it may lack for no bytes. */
export function isBodyDigest(query: SignedQuery, body: Buffer): boolean {
  const given = query.get('body_md5');
  if (given === undefined) return body.length === 0;
  return equalInConstantTime(given, hash('md5', body, 'hex'));
}
