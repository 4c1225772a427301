import { Opcode } from '../websocket/frame.ts';

interface ClientFrameOptions {
  /** Whether the message ends here. Default: it does. */
  fin?: boolean;
  /** Default: zeros. */
  mask?: Buffer;
}

/** A frame as a client sends it. RFC 6455, 5.2. */
export function clientFrame(
  opcode: number,
  payload: Buffer,
  { fin = true, mask = Buffer.alloc(4) }: ClientFrameOptions = {},
): Buffer {
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  const first = Buffer.from([(fin ? 0x80 : 0) | opcode]);
  return Buffer.concat([first, lengthOf(payload), mask, masked]);
}

export function clientText(text: string): Buffer {
  return clientFrame(Opcode.Text, Buffer.from(text));
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  if (length < 65_536) return Buffer.from([0x80 | 126, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x80 | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
