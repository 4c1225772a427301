/** Bytes that leave for a socket in one write. */
export class Batch {
  readonly length: number;
  readonly #before: Batch | null;
  readonly #frame: Buffer;
  #bytes: Buffer | null = null;
  /** What the last receiver went on with: the next one most probably does the same. */
  #next: Batch | null = null;

  constructor(before: Batch | null, frame: Buffer) {
    this.#before = before;
    this.#frame = frame;
    this.length = (before?.length ?? 0) + frame.length;
  }

  begins(frame: Buffer): boolean {
    return this.#before === null && this.#frame === frame;
  }

  /** This batch and one more frame: the same object for all who get the same frames in a row. */
  with(frame: Buffer): Batch {
    if (this.#next !== null && this.#next.#frame === frame) return this.#next;
    this.#next = new Batch(this, frame);
    return this.#next;
  }

  /** Joined once, however many receivers. */
  bytes(): Buffer {
    if (this.#before === null) return this.#frame;
    this.#bytes ??= this.#join();
    return this.#bytes;
  }

  #join(): Buffer {
    const frames = [this.#frame];
    for (let batch = this.#before; batch !== null; batch = batch.#before) {
      frames.push(batch.#frame);
    }
    return Buffer.concat(frames.reverse(), this.length);
  }
}

/** Who writes out what it holds. */
export interface Flushable {
  flush(): void;
}

/**
 * Collects what is sent at about the same time, so that each socket is written to once: a
 * write costs far more than the bytes in it.
 */
export class Outbox {
  #waiting: Flushable[] = [];
  #first: Batch | null = null;
  readonly #flushAll = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#first = null;
    for (const receiver of waiting) receiver.flush();
  };
  readonly #lookOnceMore = (): void => {
    setImmediate(this.#flushAll);
  };

  /** A batch of one frame, shared like {@link Batch.with}. */
  begin(frame: Buffer): Batch {
    if (!this.#first?.begins(frame)) this.#first = new Batch(null, frame);
    return this.#first;
  }

  /**
   * Has `flush` called once, after all that is ready to be handled now was handled. That takes one
   * look at the sockets more than it seems: of what publishers send at the same time, the first
   * wakes this process, and the rest is there when that one was handled.
   */
  add(receiver: Flushable): void {
    if (this.#waiting.length === 0) setImmediate(this.#lookOnceMore);
    this.#waiting.push(receiver);
  }
}
