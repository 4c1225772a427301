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

interface Present {
  name: string;
  here: Timer;
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

  /** Nothing is known any more: the server says it anew. */
  clear(): void {
    if (this.#present.size === 0) return;
    for (const id of this.#present.keys()) this.#remove(id);
    this.#onChange();
  }

  #see(id: number, name: string): Present | null {
    if (id === this.#ownId()) return null;
    const known = this.#present.get(id);
    known?.here.cancel();
    const here = this.#environment.after(HERE_ms, () => {
      this.#remove(id);
      this.#onChange();
    });
    const one = known ?? { name, here, typing: null };
    one.name = name;
    one.here = here;
    this.#present.set(id, one);
    return one;
  }

  #remove(id: number): void {
    const one = this.#present.get(id);
    if (one === undefined) return;
    one.here.cancel();
    this.#stop(one);
    this.#present.delete(id);
  }

  #stop(one: Present): void {
    one.typing?.cancel();
    one.typing = null;
  }
}
