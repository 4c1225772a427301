import type { MessageAnswer } from '@parley/protocol';
import { isObject } from './guard.ts';
import type { StoredEntry } from './outbox-store.ts';

/** What tabs tell each other of what they write, once it is kept. */
export type OutboxNews =
  /** Written, sent again after a failure, or failed. */
  | { readonly kind: 'put'; readonly entry: StoredEntry }
  | { readonly kind: 'discarded'; readonly entry: StoredEntry }
  | { readonly kind: 'acknowledged'; readonly entry: StoredEntry; readonly answer: MessageAnswer };

export function asPut(entry: StoredEntry): OutboxNews {
  return { kind: 'put', entry };
}

const KINDS: ReadonlySet<unknown> = new Set(['put', 'discarded', 'acknowledged']);

export function isOutboxNews(news: unknown): news is OutboxNews {
  return isObject(news) && KINDS.has(news['kind']);
}
