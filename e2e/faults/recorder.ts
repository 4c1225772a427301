// Writes down what is sent and answered while a fault runs.
import { MessageAnswer } from '@parley/protocol';
import type { Acknowledgement, History, Invocation } from './history.ts';

/** Statuses below 500 that are no verdict on the message: it is sent again. */
const passing = new Set([401, 408, 425, 429]);

export class Recorder implements History {
  readonly invoked: Invocation[] = [];
  readonly acknowledged: Acknowledgement[] = [];
  /** Requests that were cut, or answered by 5xx: a fault of which nobody feels anything is none. */
  errors = 0;
  readonly #failed = new Set<string>();
  readonly #acknowledgedKeys = new Set<string>();

  get failed(): readonly string[] {
    return [...this.#failed];
  }

  get acknowledgedCount(): number {
    return this.#acknowledgedKeys.size;
  }

  isAcknowledged(key: string): boolean {
    return this.#acknowledgedKeys.has(key);
  }

  invoke(invocation: Invocation): void {
    this.invoked.push(invocation);
  }

  /** The answer to a request that carried the message of this key. */
  answer(key: string, status: number, body: unknown): void {
    if (status >= 200 && status < 300) {
      const { message } = MessageAnswer.parse(body);
      this.acknowledge({ key, id: message.id, seq: message.seq });
    } else if (status >= 400 && status < 500 && !passing.has(status)) {
      this.#failed.add(key);
    }
  }

  acknowledge(acknowledgement: Acknowledgement): void {
    this.acknowledged.push(acknowledgement);
    this.#acknowledgedKeys.add(acknowledgement.key);
  }
}
