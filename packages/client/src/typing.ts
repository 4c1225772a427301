import { PAGE_LIMITS, type ChatTyping, type TypingRequest } from '@parley/protocol';
import { isOwn, type Side } from './side.ts';
import type { Environment, Timer } from './environment.ts';
import type { Typing } from './view.ts';

/** At most one request in this time while typing (SPEC §3). */
const EVERY_ms = 3_000;
/** Over after so long without another sign (SPEC §4). */
const OVER_ms = 6_000;

export interface TypingSenderOptions {
  readonly environment: Environment;
  /** Failures do not matter: the next sign says the same. */
  readonly send: (request: TypingRequest) => void;
  /** Whether the text goes along. */
  readonly preview: () => boolean;
}

/** Tells the other side that one is typing: at once, then at most every 3 s with the newest text. */
export class TypingSender {
  readonly #options: TypingSenderOptions;
  #throttle: Timer | null = null;
  #said = false;
  #text = '';
  #changed = false;

  constructor(options: TypingSenderOptions) {
    this.#options = options;
  }

  /** The text of the composer as it is now; `''`: stopped. */
  composing(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    if (text === '') this.#stop();
    else if (this.#throttle === null) this.#say();
    else this.#changed = true;
  }

  /** The message was sent; its arrival says that typing is over. */
  sent(): void {
    this.#throttle?.cancel();
    this.#throttle = null;
    this.#said = false;
    this.#text = '';
    this.#changed = false;
  }

  #say(): void {
    this.#said = true;
    this.#changed = false;
    const preview = this.#text.slice(0, PAGE_LIMITS.typingPreview_chars).toWellFormed();
    this.#options.send({ typing: true, ...(this.#options.preview() ? { preview } : {}) });
    this.#throttle = this.#options.environment.after(EVERY_ms, () => {
      this.#throttle = null;
      if (this.#changed) this.#say();
    });
  }

  #stop(): void {
    const said = this.#said;
    this.sent();
    if (said) this.#options.send({ typing: false });
  }
}

/** Who of the other side is typing; passes by itself. */
export class TypingReceiver {
  readonly #environment: Environment;
  readonly #side: Side;
  readonly #onChange: () => void;
  #now: { readonly typing: Typing; readonly over: Timer } | null = null;

  constructor(environment: Environment, side: Side, onChange: () => void) {
    this.#environment = environment;
    this.#side = side;
    this.#onChange = onChange;
  }

  get typing(): Typing | null {
    return this.#now?.typing ?? null;
  }

  receive(event: ChatTyping): void {
    // One's own side hears itself, too.
    if (isOwn(event.sender_type, this.#side)) return;
    if (!event.typing) {
      this.clear();
      return;
    }
    this.#now?.over.cancel();
    const { sender_type, sender_name, preview = null } = event;
    const over = this.#environment.after(OVER_ms, () => this.clear());
    this.#now = { typing: { sender_type, sender_name, preview }, over };
    this.#onChange();
  }

  /** Also when a message of the other side arrives: it is what was being typed. */
  clear(): void {
    if (this.#now === null) return;
    this.#now.over.cancel();
    this.#now = null;
    this.#onChange();
  }
}
