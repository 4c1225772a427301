import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PagesOrder, PagesState } from './open-pages.ts';

const entry = fileURLToPath(new URL('./open-pages.ts', import.meta.url));

/** A process that has pages open, and nothing else to do. */
export class PageProcess {
  readonly #child: ChildProcess = fork(entry, { execArgv: process.execArgv });
  #state: PagesState = { open: 0, live: 0 };
  #asked = 0;

  constructor() {
    this.#child.on('message', (state) => {
      this.#state = state as PagesState;
    });
  }

  /** So many more, each on the next of these servers, through a proxy. */
  open(count: number, ports: readonly number[]): void {
    this.#asked += count;
    this.#order({ type: 'open', count, ports });
  }

  /** Cuts all their connections. */
  flap(): void {
    this.#order({ type: 'flap' });
  }

  /** Whether all pages that were asked for have events, by sockets or by polling until one is there. */
  get isLive(): boolean {
    const { open, live } = this.#state;
    return open === this.#asked && live === open;
  }

  #order(order: PagesOrder): void {
    this.#child.send(order);
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}
