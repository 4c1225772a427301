/** A call that came whole, in one piece, and as plainly as SDKs write it. */
export interface PlainCall {
  method: string;
  url: string;
  /** By lower-case name; none comes twice. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
  /** Bytes, from the request line to the end of the body. */
  length: number;
}

/** `P` and `G`: anything else need not be searched for the end of a head. */
const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([0x50, 0x47]);
const END = Buffer.from('\r\n\r\n', 'latin1');
const HEAD_BYTES_MAX = 8 * 1024;
/**
 * RFC 9112, 3 and 5: one request line, then lines of a name, a colon and visible text; no
 * folding, no space before the colon, no line that ends otherwise than in CR LF.
 */
const HEAD =
  /^(POST|GET) (\/[\x21-\x7e]*) HTTP\/1\.1((?:\r\n[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*)+)$/;
const NOT_PLAIN = ['transfer-encoding', 'trailer', 'expect', 'upgrade'] as const;
const DIGITS = /^\d{1,9}$/;

/**
 * @returns null for anything else: what is not whole, not plain or not of HTTP/1.1. That is no
 * fault; the same bytes are then for Node to read.
 */
export function parsePlainCall(bytes: Buffer): PlainCall | null {
  if (!FIRST_BYTES.has(bytes[0])) return null;
  const end = bytes.indexOf(END);
  if (end === -1 || end > HEAD_BYTES_MAX) return null;
  const match = HEAD.exec(bytes.toString('latin1', 0, end));
  if (match === null) return null;
  const [, method = '', url = '', lines = ''] = match;
  const headers = headersFrom(lines);
  const bodyLength = headers === null ? null : plainBodyLength(headers);
  const bodyStart = end + END.length;
  if (headers === null || bodyLength === null || bytes.length < bodyStart + bodyLength) return null;
  const length = bodyStart + bodyLength;
  return { method, url, headers, body: bytes.subarray(bodyStart, length), length };
}

/** @returns by lower-case name; null where one comes twice, which is for Node to join or to refuse */
function headersFrom(lines: string): Map<string, string> | null {
  const headers = new Map<string, string>();
  // The first is what stands before the first line break: nothing.
  for (const line of lines.split('\r\n').slice(1)) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    if (headers.has(name)) return null;
    headers.set(name, line.slice(at + 1).trim());
  }
  return headers;
}

/** @returns null where there is more to the request than a body of a known length */
function plainBodyLength(headers: ReadonlyMap<string, string>): number | null {
  if (!headers.has('host') || NOT_PLAIN.some((name) => headers.has(name))) return null;
  if ((headers.get('connection') ?? 'keep-alive').toLowerCase() !== 'keep-alive') return null;
  const length = headers.get('content-length') ?? '0';
  return DIGITS.test(length) ? Number(length) : null;
}
