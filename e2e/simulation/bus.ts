import type { Bus, BusLine, BusListener } from '@parley/realtime';
import type { Random } from '../../packages/client/src/testing/random.ts';
import type { SimulatedClock } from '../../packages/client/src/testing/simulated-clock.ts';

/** `gone`: nodes are told, and lose what they send. `still`: takes packets, and gives none out. */
export type BusState = 'up' | 'gone' | 'still';

/** Longer does no packet take. */
const WORK_MS = 15;

/** The Redis between the nodes of a story: packets in one order for all, and what goes wrong with them. */
export class SimulatedBus implements Bus {
  /** How often a packet is lost on its way to a node. */
  lostPackets = 0;
  #state: BusState = 'up';
  readonly #clock: SimulatedClock;
  readonly #random: Random;
  readonly #listeners = new Set<BusListener>();
  /** What came while it stood still. */
  #held: string[] = [];
  #last_ms = 0;

  constructor(clock: SimulatedClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  become(state: BusState): void {
    const before = this.#state;
    this.#state = state;
    // What a Redis that ends had taken is nowhere.
    const held = state === 'up' ? this.#held : [];
    if (state !== 'still') this.#held = [];
    for (const packet of held) this.#take(packet);
    const isUp = state !== 'gone';
    if (isUp === (before !== 'gone')) return;
    for (const listener of this.#listeners) this.#tell(listener, isUp);
  }

  connect(listener: BusListener): BusLine {
    this.#listeners.add(listener);
    if (this.#state !== 'gone') this.#tell(listener, true);
    return {
      publish: (packet) => {
        if (this.#state === 'gone') return false;
        this.#take(packet);
        return true;
      },
      reconnect: () => undefined,
      close: () => {
        this.#listeners.delete(listener);
        return Promise.resolve();
      },
    };
  }

  heal(): void {
    this.lostPackets = 0;
    this.become('up');
  }

  #tell(listener: BusListener, isUp: boolean): void {
    this.#clock.after(1, () => {
      if (this.#listeners.has(listener)) listener.changed(isUp);
    });
  }

  #take(packet: string): void {
    if (this.#state === 'still') {
      this.#held.push(packet);
      return;
    }
    const now_ms = this.#clock.now_ms();
    this.#last_ms = Math.max(this.#last_ms, now_ms + this.#random.between(0, WORK_MS));
    this.#clock.after(this.#last_ms - now_ms, () => {
      if (this.#state === 'still') this.#held.push(packet);
      if (this.#state !== 'up') return;
      for (const listener of Array.from(this.#listeners)) {
        if (!this.#random.chance(this.lostPackets)) listener.receive(packet);
      }
    });
  }
}
