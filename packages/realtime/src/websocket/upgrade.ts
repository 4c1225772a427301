import { hash } from 'node:crypto';

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in Base64. */
const KEY_LENGTH = 24;
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const PROTOCOL_NAMES = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:\s*,\s*[!#$%&'*+\-.^_`|~0-9A-Za-z]+)*$/;

/** The headers of an opening handshake, as far as it needs them. RFC 6455, 4.2.1. */
export interface UpgradeHeaders {
  upgrade?: string | undefined;
  'sec-websocket-key'?: string | undefined;
  'sec-websocket-version'?: string | undefined;
  'sec-websocket-protocol'?: string | undefined;
}

export type Upgrade = { ok: true; answer: Buffer } | { ok: false; answer: Buffer };

/**
 * Whether a request wants to go on as a WebSocket. Any other protocol that it offers is passed over
 * (RFC 9110, 7.8): Java's HTTP client offers HTTP/2 with each call, and goes on without.
 */
export function asksForWebSocket({ headers }: { headers: UpgradeHeaders }): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * The answer to an opening handshake: 101, or 400 for what is none. No extension is agreed to:
 * compression for each message would cost every receiver memory and processor time.
 */
export function answerUpgrade(method: string | undefined, headers: UpgradeHeaders): Upgrade {
  const key = headers['sec-websocket-key'];
  if (method !== 'GET') return refuse('The method must be GET');
  if (!asksForWebSocket({ headers })) return refuse('Upgrade must be websocket');
  if (key === undefined || key.length !== KEY_LENGTH || !KEY.test(key)) {
    return refuse('Sec-WebSocket-Key is missing or malformed');
  }
  if (headers['sec-websocket-version'] !== '13') return refuse('The version must be 13');
  const offered = headers['sec-websocket-protocol'];
  if (offered !== undefined && !PROTOCOL_NAMES.test(offered)) {
    return refuse('Sec-WebSocket-Protocol is malformed');
  }
  // A browser that offers any closes a connection on which none was chosen.
  const chosen =
    offered === undefined
      ? ''
      : `Sec-WebSocket-Protocol: ${offered.split(',')[0]?.trim() ?? ''}\r\n`;
  const accept = hash('sha1', key + GUID, 'base64');
  const answer = Buffer.from(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n${chosen}\r\n`,
    'latin1',
  );
  return { ok: true, answer };
}

/** For a server that takes nobody in any more. */
export const UNAVAILABLE: Upgrade = refuse('The server goes away', '503 Service Unavailable');

function refuse(reason: string, status = '400 Bad Request'): Upgrade {
  const answer = Buffer.from(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nSec-WebSocket-Version: 13\r\n` +
      `Content-Type: text/plain\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`,
    'latin1',
  );
  return { ok: false, answer };
}
