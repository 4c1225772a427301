import type { Environment, Timer } from './environment.ts';
import { createStore, type Store, type WritableStore } from './store.ts';

/** Over after so long without another sign (SPEC §4). */
const OVER_ms = 6_000;

/** In which conversations of the inbox the visitor is typing; passes by itself. */
export class InboxTyping {
  readonly #environment: Pick<Environment, 'after'>;
  readonly #now: WritableStore<ReadonlySet<number>> = createStore<ReadonlySet<number>>(new Set());
  readonly #over = new Map<number, Timer>();

  constructor(environment: Pick<Environment, 'after'>) {
    this.#environment = environment;
  }

  get now(): Store<ReadonlySet<number>> {
    return this.#now;
  }

  hear(id: number, typing: boolean): void {
    const before = this.#over.get(id);
    before?.cancel();
    if (typing)
      this.#over.set(
        id,
        this.#environment.after(OVER_ms, () => this.hear(id, false)),
      );
    else this.#over.delete(id);
    if (typing !== (before !== undefined)) this.#now.set(new Set(this.#over.keys()));
  }

  clear(): void {
    for (const timer of this.#over.values()) timer.cancel();
    this.#over.clear();
    this.#now.set(new Set());
  }
}
