import { pause, type Environment } from './environment.ts';
import { reconnectDelay_ms } from './reconnect-policy.ts';

type Surroundings = Pick<Environment, 'after' | 'random' | 'onPage'>;

/**
 * Loads a part of the program, again and again until it is there, for a script may fail to come as
 * any answer may (RT-4): at once when the network or the person is back.
 * @returns null: given up by `signal`
 */
export async function untilLoaded<T>(
  environment: Surroundings,
  load: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | null> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const loaded = await load();
      return signal.aborted ? null : loaded;
    } catch {
      if (signal.aborted) return null;
      const rest = pause(environment, reconnectDelay_ms(failures, environment.random()));
      const wake = () => rest.wake();
      const stopListening = environment.onPage((event) => {
        if (event === 'online' || event === 'visible') wake();
      });
      signal.addEventListener('abort', wake);
      await rest.done;
      signal.removeEventListener('abort', wake);
      stopListening();
    }
  }
  return null;
}

/** A part of the program that is loaded when it is wanted first. */
export class LazyPart<T> {
  readonly #start: () => Promise<T | null>;
  readonly #closed = new AbortController();
  #loading: Promise<T | null> | null = null;
  #loaded: T | null = null;

  constructor(environment: Surroundings, load: () => Promise<T>) {
    this.#start = () => untilLoaded(environment, load, this.#closed.signal);
  }

  /** Resolves when it is there; null: closed before. */
  load(): Promise<T | null> {
    this.#loading ??= this.#start().then((loaded) => (this.#loaded = loaded));
    return this.#loading;
  }

  /** At once where it is there, else when it is. */
  use(act: (part: T) => void): void {
    if (this.#loaded !== null) act(this.#loaded);
    else void this.load().then((part) => part !== null && act(part));
  }

  close(): void {
    this.#closed.abort();
  }
}
