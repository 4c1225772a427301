import type { BusLine } from './bus.ts';
import { encodePacket, PACKET_LENGTH_FULL, PACKET_LENGTH_MAX } from './packet.ts';

/** Gathers the messages of one turn into few packets, in order, and numbers them. */
export class Outbox {
  readonly #from: string;
  readonly #line: Pick<BusLine, 'publish'>;
  #packets: { to: string; lines: string[]; length: number }[] = [];
  #number = 0;
  published = 0;
  dropped = 0;

  constructor(from: string, line: Pick<BusLine, 'publish'>) {
    this.#from = from;
    this.#line = line;
  }

  get isEmpty(): boolean {
    return this.#packets.length === 0;
  }

  push(to: string, line: string): void {
    const last = this.#packets.at(-1);
    if (last && last.to === to && last.length + line.length <= PACKET_LENGTH_FULL) {
      last.lines.push(line);
      last.length += line.length;
      return;
    }
    this.#packets.push({ to, lines: [line], length: line.length });
  }

  /** A packet without messages: its number alone tells whether something was missed. */
  pushHeartbeat(): void {
    this.#packets.push({ to: '*', lines: [], length: 0 });
  }

  /** What the bus does not take is dropped. It has had its number: others will see the gap. */
  flush(): void {
    const packets = this.#packets;
    this.#packets = [];
    for (const { to, lines } of packets) {
      this.#number += 1;
      const packet = encodePacket({ from: this.#from, to, number: this.#number }, lines);
      if (packet.length <= PACKET_LENGTH_MAX && this.#line.publish(packet)) this.published += 1;
      else this.dropped += 1;
    }
  }
}
