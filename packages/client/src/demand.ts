/**
 * Demands that one repeated piece of work serves together: each is met by a run that began after
 * it was made, however many were made meanwhile.
 */
export class Demand {
  #made = 0;
  #met = 0;
  #waiters: { readonly number: number; readonly resolve: () => void }[] = [];

  get isPending(): boolean {
    return this.#met < this.#made;
  }

  /** Resolves when it is met. */
  async make(): Promise<void> {
    this.#made += 1;
    const number = this.#made;
    await new Promise<void>((resolve) => this.#waiters.push({ number, resolve }));
  }

  /** To be called when a run begins; its end meets what was demanded until now. */
  begin(): () => void {
    const number = this.#made;
    return () => this.#meet(number);
  }

  /** Nothing will be done any more: nobody is kept waiting. */
  end(): void {
    this.#meet(this.#made);
  }

  #meet(number: number): void {
    this.#met = Math.max(this.#met, number);
    const met = this.#waiters.filter((waiter) => waiter.number <= number);
    this.#waiters = this.#waiters.filter((waiter) => waiter.number > number);
    for (const { resolve } of met) resolve();
  }
}
