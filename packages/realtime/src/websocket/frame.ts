/** RFC 6455, 5.2: what a frame is. The high bit tells control frames from data. */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;

const FIN = 0x80;
/** RFC 6455, 5.5. */
export const CONTROL_PAYLOAD_BYTES_MAX = 125;

/**
 * A whole WebSocket text frame, ready for the socket. What a server sends is not masked, so that
 * one buffer serves every receiver of an event.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text, 'utf8');
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = FIN | Opcode.Text;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength, 'utf8');
  return frame;
}

export function pongFrame(payload: Buffer): Buffer {
  return controlFrame(Opcode.Pong, payload);
}

export const CONTROL_PING_FRAME: Buffer = controlFrame(Opcode.Ping, Buffer.alloc(0));

/** @param reason cut to what a control frame holds; it is for whoever debugs */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason, 'utf8').subarray(0, CONTROL_PAYLOAD_BYTES_MAX - 2);
  const payload = Buffer.allocUnsafe(2 + text.length);
  payload.writeUInt16BE(code, 0);
  text.copy(payload, 2);
  return controlFrame(Opcode.Close, payload);
}

function controlFrame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([FIN | opcode, payload.length]), payload]);
}
