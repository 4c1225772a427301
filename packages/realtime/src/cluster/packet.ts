import { randomBytes } from 'node:crypto';

/**
 * What travels on the bus: a line that says who sends it to whom and its number, and below it one
 * message a line. The first line alone tells most nodes that the rest is not for them.
 */
export interface PacketHeader {
  from: string;
  /** Node id, or `*` for all. */
  to: string;
  /** 1, 2, 3 … of this sender: a gap is how others notice that they have missed something. */
  number: number;
}

/** A longer packet is not read. */
export const PACKET_LENGTH_MAX = 4 * 1024 * 1024;

/** What else is on a packet's way is kept waiting no longer than for this much. */
export const PACKET_LENGTH_FULL = 64 * 1024;

/** The 1 is the version of all that follows; nodes of another one do not understand each other. */
const HEADER = /^parley-bus 1 ([0-9a-f]{16}) (\*|[0-9a-f]{16}) ([1-9]\d{0,14})\n/;

/** New with each start, so that what was before a restart is another node's. */
export function newNodeId(): string {
  return randomBytes(8).toString('hex');
}

export function encodePacket({ from, to, number }: PacketHeader, lines: readonly string[]): string {
  return `parley-bus 1 ${from} ${to} ${number}\n${lines.join('\n')}`;
}

/** The header, and where the messages begin; null where this is no packet of ours. */
export function parseHeader(packet: string): (PacketHeader & { length: number }) | null {
  const match = HEADER.exec(packet);
  if (!match) return null;
  const [{ length }, from = '', to = '', number = ''] = match;
  return { from, to, number: Number(number), length };
}

/** The messages below the header; a heartbeat has none. */
export function packetLines(packet: string, headerLength: number): string[] {
  return packet.length === headerLength ? [] : packet.slice(headerLength).split('\n');
}
