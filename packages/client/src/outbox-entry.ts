import type { Message } from '@parley/protocol';
import type { Enclosure } from './enclosure.ts';
import type { Failure } from './view.ts';

/** What a person wrote and the server has not shown in the stream yet (SYNC-9). */
export interface OutboxEntry {
  readonly clientMessageId: string;
  /** Its place among the others; grows. */
  readonly order: number;
  /** Of another tab, heard of when this place had gone already: it comes after that. */
  readonly after?: number;
  readonly text: string;
  /** Files that go with it. */
  readonly enclosure?: Enclosure;
  /** A note of an agent. */
  readonly private: boolean;
  /** Unix milliseconds. */
  readonly written_ms: number;
  readonly state: OutboxState;
}

export type OutboxState =
  /** Its turn has not come, or it waits for the next attempt. */
  | { readonly kind: 'waiting' }
  /** `progress`: how much of its files has gone, from 0 to 1. */
  | { readonly kind: 'sending'; readonly progress?: number }
  /** Acknowledged; it leaves the outbox when the log shows the message. */
  | { readonly kind: 'acknowledged'; readonly message: Message }
  /** Refused for good. It keeps the place in the log that it had when it failed: after `afterSeq`. */
  | { readonly kind: 'failed'; readonly error: Failure; readonly afterSeq: number };
