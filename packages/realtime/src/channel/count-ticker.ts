/** `due`: to be told soon; `resting`: told a moment ago, and unchanged since. */
type State = 'due' | 'resting';

/**
 * Decides when a number that changes often is told: at most once in an interval for each name, the
 * first change at once, and the last one always.
 */
export class CountTicker {
  readonly #interval_ms: number;
  readonly #tell: (name: string) => void;
  readonly #states = new Map<string, State>();

  /** @param tell takes the name whose number is to be told as it is by then */
  constructor(interval_ms: number, tell: (name: string) => void) {
    this.#interval_ms = interval_ms;
    this.#tell = tell;
  }

  changed(name: string): void {
    const state = this.#states.get(name);
    this.#states.set(name, 'due');
    // Not now: whoever changed it has yet to be answered, and more may come in this turn.
    if (state === undefined) setImmediate(() => this.#tellAndRest(name));
  }

  #tellAndRest(name: string): void {
    this.#states.set(name, 'resting');
    this.#tell(name);
    setTimeout(() => {
      if (this.#states.get(name) === 'due') this.#tellAndRest(name);
      else this.#states.delete(name);
    }, this.#interval_ms).unref();
  }
}
