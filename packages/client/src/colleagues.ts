import type { ChatTyping, ChatViewing } from '@parley/protocol';
import type { Environment, Timer } from './environment.ts';

/** Another agent at the same conversation. */
export interface Colleague {
  readonly id: number;
  readonly name: string;
  readonly typing: boolean;
}

/** Over after so long without another sign (SPEC §4). */
const TYPING_ms = 6_000;
/** The server says it again every 30 s. */
const HERE_ms = 75_000;
/** By then it has said it again of all who are still here. */
const AGAIN_ms = 40_000;

interface Present {
  name: string;
  here: Timer | null;
  typing: Timer | null;
}

/** Which colleagues have the conversation open, and who of them is typing; passes by itself. */
export class Colleagues {
  readonly #environment: Pick<Environment, 'after'>;
  readonly #ownId: () => number;
  readonly #onChange: () => void;
  /** By agent, as they came. */
  readonly #present = new Map<number, Present>();

  constructor(environment: Pick<Environment, 'after'>, ownId: () => number, onChange: () => void) {
    this.#environment = environment;
    this.#ownId = ownId;
    this.#onChange = onChange;
  }

  get list(): readonly Colleague[] {
    return Array.from(this.#present, ([id, { name, typing }]) => ({
      id,
      name,
      typing: typing !== null,
    }));
  }

  viewing({ agents, gone }: ChatViewing): void {
    for (const id of gone) this.#remove(id);
    for (const { id, name } of agents) this.#see(id, name);
    this.#onChange();
  }

  /** An agent's; whoever types is here, too. */
  typing({ agent_id: id, sender_name, typing }: ChatTyping): void {
    if (id === undefined) return;
    const one = this.#see(id, sender_name ?? '');
    if (one === null) return;
    this.#stop(one);
    if (typing) {
      one.typing = this.#environment.after(TYPING_ms, () => {
        one.typing = null;
        this.#onChange();
      });
    }
    this.#onChange();
  }

  /** A message of this name came: it is what was being typed. */
  said(name: string | null): void {
    for (const one of this.#present.values()) if (one.name === name) this.#stop(one);
    this.#onChange();
  }

  /** Who left meanwhile was not told of. Those who are here may have been told of already. */
  doubt(): void {
    for (const [id, one] of this.#present) this.#expect(id, one, AGAIN_ms);
  }

  /** Nothing is known any more. */
  clear(): void {
    if (this.#present.size === 0) return;
    for (const id of this.#present.keys()) this.#remove(id);
    this.#onChange();
  }

  #see(id: number, name: string): Present | null {
    if (id === this.#ownId()) return null;
    const one = this.#present.get(id) ?? { name, here: null, typing: null };
    one.name = name;
    this.#present.set(id, one);
    this.#expect(id, one, HERE_ms);
    return one;
  }

  /** Another sign within this time, or it is gone. */
  #expect(id: number, one: Present, within_ms: number): void {
    one.here?.cancel();
    one.here = this.#environment.after(within_ms, () => {
      this.#remove(id);
      this.#onChange();
    });
  }

  #remove(id: number): void {
    const one = this.#present.get(id);
    if (one === undefined) return;
    one.here?.cancel();
    this.#stop(one);
    this.#present.delete(id);
  }

  #stop(one: Present): void {
    one.typing?.cancel();
    one.typing = null;
  }
}
