import type { AgentConversation } from './agent-conversation.ts';

interface Opened {
  readonly conversation: AgentConversation;
  holders: number;
}

/** The conversations that are on screen, each once for all that show it. */
export class OpenedConversations {
  readonly #begin: (id: number) => AgentConversation;
  readonly #opened = new Map<number, Opened>();

  constructor(begin: (id: number) => AgentConversation) {
    this.#begin = begin;
  }

  /** Those that the server has for this agent, as far as it is known. */
  get there(): readonly number[] {
    return Array.from(this.#opened)
      .filter(([, { conversation }]) => conversation.isThere)
      .map(([id]) => id);
  }

  get(id: number): AgentConversation | undefined {
    return this.#opened.get(id)?.conversation;
  }

  /** One more shows it. `isNew`: nobody did. */
  hold(id: number): { readonly conversation: AgentConversation; readonly isNew: boolean } {
    const known = this.#opened.get(id);
    const opened = known ?? { conversation: this.#begin(id), holders: 0 };
    opened.holders += 1;
    this.#opened.set(id, opened);
    return { conversation: opened.conversation, isNew: known === undefined };
  }

  /** One less shows it. Whether that was the last: then it is closed. */
  release(id: number, conversation: AgentConversation): boolean {
    const opened = this.#opened.get(id);
    // It belonged to another agent.
    if (opened?.conversation !== conversation) return false;
    opened.holders -= 1;
    if (opened.holders > 0) return false;
    conversation.close();
    this.#opened.delete(id);
    return true;
  }

  /** Asks the server what is new of each, or only whether what was not there is there by now. */
  compare(which: 'all' | 'missing'): void {
    for (const { conversation } of this.#opened.values()) {
      const isAsked = which === 'all' || !conversation.isThere;
      if (isAsked) void conversation.live.compare({ headComes: false });
    }
  }

  kick(): void {
    for (const { conversation } of this.#opened.values()) conversation.live.kick();
  }

  /** They belong to somebody else from now on. */
  forget(): void {
    for (const { conversation } of this.#opened.values()) conversation.forget();
    this.#opened.clear();
  }

  close(): void {
    for (const { conversation } of this.#opened.values()) conversation.close();
    this.#opened.clear();
  }
}
