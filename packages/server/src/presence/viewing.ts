/** An agent who has a conversation open. */
export interface Viewer {
  readonly id: number;
  readonly name: string;
}

/** Who has a conversation open, and who no longer does: what an event tells. */
export interface Viewing {
  readonly conversationId: number;
  readonly agents: readonly Viewer[];
  readonly gone: readonly number[];
}

/** What changed from one look to the next; null: nothing. */
export function viewingChange(
  conversationId: number,
  before: readonly Viewer[],
  agents: readonly Viewer[],
): Viewing | null {
  const has = (list: readonly Viewer[], id: number): boolean => list.some((one) => one.id === id);
  const gone = before.filter(({ id }) => !has(agents, id)).map(({ id }) => id);
  const isSame = gone.length === 0 && agents.every(({ id }) => has(before, id));
  return isSame ? null : { conversationId, agents, gone };
}

/** With those who have it open on another node; who is still there at either is not gone. */
export function mergeViewing(here: readonly Viewer[], { agents, ...there }: Viewing): Viewing {
  const others = agents.filter(({ id }) => here.every((one) => one.id !== id));
  const all = [...here, ...others];
  const gone = there.gone.filter((id) => all.every((one) => one.id !== id));
  return { ...there, agents: all, gone };
}

/** Who is alone need not be told of itself. */
export function isWorthTelling({ agents, gone }: Viewing): boolean {
  return agents.length > 1 || (agents.length === 1 && gone.length > 0);
}

/** A poll says until when its conversations count as open; nothing says when that is over. */
export class FollowedByPolls {
  /** By session, then by conversation: until when, in Unix milliseconds. */
  readonly #sessions = new Map<string, Map<number, number>>();

  /** @returns those that were not open in this session before */
  follow(session: string, ids: readonly number[], until_ms: number): readonly number[] {
    if (ids.length === 0) return [];
    const followed = this.#sessions.get(session) ?? new Map<number, number>();
    this.#sessions.set(session, followed);
    const fresh = ids.filter((id) => !followed.has(id));
    for (const id of ids) followed.set(id, Math.max(until_ms, followed.get(id) ?? 0));
    return fresh;
  }

  /** One that counted until `until_ms` is over, and counts no longer than this; unless a later one has come. */
  end(session: string, ids: readonly number[], until_ms: number, ended_until_ms: number): void {
    const followed = this.#sessions.get(session);
    for (const id of ids) {
      if (followed?.get(id) === until_ms) followed.set(id, Math.min(until_ms, ended_until_ms));
    }
  }

  /** Whose polls follow a conversation. */
  of(id: number): readonly string[] {
    return [...this.#sessions].filter(([, followed]) => followed.has(id)).map(([name]) => name);
  }

  /** Forgets what is over. @returns the conversations that were open no longer somewhere */
  sweep(now_ms: number): readonly number[] {
    const over: number[] = [];
    for (const [session, followed] of this.#sessions) {
      for (const [id, until_ms] of followed) {
        if (until_ms > now_ms) continue;
        followed.delete(id);
        over.push(id);
      }
      if (followed.size === 0) this.#sessions.delete(session);
    }
    return over;
  }
}
