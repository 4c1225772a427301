import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OpenPages, PagesState } from './open-pages.ts';

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

  open(pages: OpenPages): void {
    this.#asked += pages.count;
    this.#child.send(pages);
  }

  /** Whether all pages that were asked for have events, by sockets or by polling until one is there. */
  get isLive(): boolean {
    const { open, live } = this.#state;
    return open === this.#asked && live === open;
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}
