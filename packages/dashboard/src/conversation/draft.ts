/** What an agent has begun to write to one visitor. */
export interface Draft {
  readonly text: string;
  /** Whether it is to be a note. */
  readonly private: boolean;
}

export const NO_DRAFT: Draft = { text: '', private: false };

/** Where drafts are kept: the browser's storage, or whatever stands in for it. */
export interface DraftStorage {
  read(key: string): string | null;
  /** Returns whether it is kept. */
  write(key: string, value: string | null): boolean;
}

/**
 * Drafts of one agent by conversation, across reloads and changes of the conversation. Where the
 * browser forbids or has no room for storage they last as long as the page.
 */
export class Drafts {
  readonly #storage: DraftStorage;
  readonly #agentId: number;
  readonly #unstored = new Map<number, Draft>();

  constructor(storage: DraftStorage, agentId: number) {
    this.#storage = storage;
    this.#agentId = agentId;
  }

  get(conversationId: number): Draft {
    return (
      this.#unstored.get(conversationId) ??
      parseDraft(this.#storage.read(this.#key(conversationId))) ??
      NO_DRAFT
    );
  }

  set(conversationId: number, draft: Draft): void {
    const worth = draft.text !== '' || draft.private;
    const kept = this.#storage.write(
      this.#key(conversationId),
      worth ? JSON.stringify(draft) : null,
    );
    if (kept || !worth) this.#unstored.delete(conversationId);
    else this.#unstored.set(conversationId, draft);
  }

  #key(conversationId: number): string {
    return `parley.draft.${this.#agentId}.${conversationId}`;
  }
}

/** Null for what is no draft: the storage is open to extensions, old versions and curious people. */
function parseDraft(stored: string | null): Draft | null {
  if (stored === null) return null;
  try {
    const draft: unknown = JSON.parse(stored);
    if (typeof draft !== 'object' || draft === null) return null;
    const { text, private: note } = draft as { text?: unknown; private?: unknown };
    return typeof text === 'string' ? { text, private: note === true } : null;
  } catch {
    return null;
  }
}
