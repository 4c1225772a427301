import type { InboxEntry } from '@parley/protocol';
import type { LogMessage } from './view.ts';

type Listener = (message: LogMessage, entry: InboxEntry) => void;

/**
 * Tells of each new message of a visitor once, whichever conversation it is in and whether its row
 * came by event or was fetched after a gap.
 */
export class InboxNews {
  readonly #listeners = new Set<Listener>();
  /** Ids of messages grow: what the first page shows and what is older is no news. */
  #baseline: number | null = null;
  readonly #told = new Map<number, number>();

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
  }

  /** Begins anew, for another agent. */
  forget(): void {
    this.#baseline = null;
    this.#told.clear();
  }

  fetched(entries: readonly InboxEntry[]): void {
    if (this.#baseline === null) {
      this.#baseline = Math.max(0, ...entries.map((entry) => entry.last_message?.id ?? 0));
      return;
    }
    const inOrder = entries.toSorted(
      (a, b) => (a.last_message?.id ?? 0) - (b.last_message?.id ?? 0),
    );
    for (const entry of inOrder) this.hear(entry);
  }

  hear(entry: InboxEntry): void {
    const last = entry.last_message;
    if (last === null || last.sender_type !== 'visitor' || entry.unread === 0) return;
    const known = Math.max(this.#baseline ?? 0, this.#told.get(entry.id) ?? 0);
    if (last.id <= known) return;
    this.#told.set(entry.id, last.id);
    const message: LogMessage = {
      key: `message:${last.id}`,
      id: last.id,
      seq: null,
      state: 'sent',
      mine: false,
      sender_type: last.sender_type,
      sender_name: last.sender_name,
      text: last.preview,
      attachments: [],
      enclosure: null,
      progress: null,
      created_at_ms: last.timestamp * 1000,
      edited: false,
      deleted: false,
      private: last.private,
      client_message_id: null,
      error: null,
    };
    for (const listener of this.#listeners) listener(message, entry);
  }
}
