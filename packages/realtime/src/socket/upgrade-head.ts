/** The head of a request that asks for a WebSocket, as far as the handshake needs it. */
export interface UpgradeHead {
  method: 'GET';
  url: string;
  headers: Partial<Record<KnownHeader, string>>;
  /** Bytes, the empty line at its end included. */
  length: number;
}

type KnownHeader =
  | 'host'
  | 'connection'
  | 'upgrade'
  | 'origin'
  | 'sec-websocket-key'
  | 'sec-websocket-version'
  | 'sec-websocket-protocol'
  | 'x-forwarded-for';

const KNOWN: ReadonlySet<string> = new Set<KnownHeader>([
  'host',
  'connection',
  'upgrade',
  'origin',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'x-forwarded-for',
]);
/** With a body, or with more to agree on, a request is not plain. */
const NOT_PLAIN: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'expect']);

const BEGINS = Buffer.from('GET /app/', 'latin1');
const END = Buffer.from('\r\n\r\n', 'latin1');
const HEAD_BYTES_MAX = 8 * 1024;
const REQUEST_LINE = /^GET ([\x21-\x7e]+) HTTP\/1\.1$/;
/** RFC 9112, 5: a name, a colon, and visible text; no folding, no space before the colon. */
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e]*)$/;
const UPGRADE_TOKEN = /(?:^|[ ,])upgrade(?:$|[ ,])/i;

/**
 * Reads the head of a plain upgrade of a path that begins with `/app/`.
 *
 * @returns null for anything else: what is not whole, not plain, or not of HTTP/1.1 (RFC 9112)
 */
export function parseUpgradeHead(chunk: Buffer): UpgradeHead | null {
  if (chunk.length < BEGINS.length || chunk.compare(BEGINS, 0, BEGINS.length, 0, BEGINS.length)) {
    return null;
  }
  const end = chunk.indexOf(END);
  if (end === -1 || end > HEAD_BYTES_MAX) return null;
  const [requestLine = '', ...lines] = chunk.toString('latin1', 0, end).split('\r\n');
  const url = REQUEST_LINE.exec(requestLine)?.[1];
  if (url === undefined) return null;
  const headers = parseHeaders(lines);
  if (headers === null) return null;
  return { method: 'GET', url, headers, length: end + END.length };
}

function parseHeaders(lines: readonly string[]): UpgradeHead['headers'] | null {
  const headers: UpgradeHead['headers'] = {};
  for (const line of lines) {
    const match = HEADER_LINE.exec(line);
    if (match === null) return null;
    const [, rawName = '', value = ''] = match;
    const name = rawName.toLowerCase();
    if (NOT_PLAIN.has(name)) return null;
    if (!isKnown(name)) continue;
    if (headers[name] !== undefined) return null;
    headers[name] = value.trim();
  }
  const asksForUpgrade = UPGRADE_TOKEN.test(headers.connection ?? '');
  return asksForUpgrade && headers.host !== undefined && headers.upgrade !== undefined
    ? headers
    : null;
}

function isKnown(name: string): name is KnownHeader {
  return KNOWN.has(name);
}
