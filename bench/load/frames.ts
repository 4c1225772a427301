/** Any key will do for a load generator, except 0, which would spare the server its unmasking. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

const TEXT = 0x1;
const PONG = 0xa;

/** A masked frame as a client sends it; for what is shorter than 64 KB. RFC 6455, 5.2. */
function clientFrame(payload: Buffer, opcode: number = TEXT): Buffer {
  const headerLength = payload.length < 126 ? 2 : 4;
  const frame = Buffer.alloc(headerLength + MASK.length + payload.length);
  frame[0] = 0x80 | opcode;
  if (headerLength === 2) {
    frame[1] = 0x80 | payload.length;
  } else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  MASK.copy(frame, headerLength);
  const start = headerLength + MASK.length;
  for (let i = 0; i < payload.length; i += 1) {
    frame[start + i] = (payload[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  }
  return frame;
}

export function clientText(text: string): Buffer {
  return clientFrame(Buffer.from(text));
}

export function pongFrame(payload: Buffer): Buffer {
  return clientFrame(payload, PONG);
}

/** A frame from the server within a longer buffer. */
export interface ServerFrame {
  opcode: number;
  payloadStart: number;
  end: number;
}

/** @returns null while the frame has not wholly arrived */
export function readFrame(bytes: Buffer, start: number, end: number): ServerFrame | null {
  if (end - start < 2) return null;
  const first = bytes[start] ?? 0;
  let length = bytes[start + 1] ?? 0;
  let payloadStart = start + 2;
  if (length >= 0x80) throw new Error('The server masks a frame');
  if ((first & 0x80) === 0) throw new Error('The server fragments a message');
  if (length === 126) {
    if (end - start < 4) return null;
    length = bytes.readUInt16BE(start + 2);
    payloadStart = start + 4;
  } else if (length === 127) {
    if (end - start < 10) return null;
    length = Number(bytes.readBigUInt64BE(start + 2));
    payloadStart = start + 10;
  }
  if (end - payloadStart < length) return null;
  return { opcode: first & 0x0f, payloadStart, end: payloadStart + length };
}
