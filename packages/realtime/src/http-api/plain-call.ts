/** A call of the HTTP API that came whole, in one piece, and as plainly as SDKs write it. */
export interface PlainCall {
  method: string;
  url: string;
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
  const bodyLength = plainBodyLength(lines);
  const bodyStart = end + END.length;
  if (bodyLength === null || bytes.length < bodyStart + bodyLength) return null;
  const length = bodyStart + bodyLength;
  return { method, url, body: bytes.subarray(bodyStart, length), length };
}

/** @returns null where there is more to the request than a body of a known length */
function plainBodyLength(lines: string): number | null {
  let length: string | null = null;
  let hosts = 0;
  for (const line of lines.split('\r\n')) {
    const at = line.indexOf(':');
    switch (line.slice(0, at).toLowerCase()) {
      case 'content-length':
        if (length !== null) return null;
        length = line.slice(at + 1).trim();
        if (!DIGITS.test(length)) return null;
        break;
      case 'host':
        hosts += 1;
        break;
      case 'connection':
        if (
          line
            .slice(at + 1)
            .trim()
            .toLowerCase() !== 'keep-alive'
        )
          return null;
        break;
      case 'transfer-encoding':
      case 'trailer':
      case 'expect':
      case 'upgrade':
        return null;
      default:
    }
  }
  return hosts === 1 ? Number(length ?? 0) : null;
}
