import type { Availability } from '@parley/protocol';

/** An agent's state: online when a dashboard is connected, away where it says so itself. */
export function availabilityOf({ online, away }: { online: boolean; away: boolean }): Availability {
  if (!online) return 'offline';
  return away ? 'away' : 'online';
}

/** Which agents are connected, on any node, as one node knows it. Pure: the time is passed in. */
export class Connected {
  /** By agent: until when, in Unix milliseconds. */
  readonly #until = new Map<number, number>();
  readonly #lifetime_ms: number;

  constructor(lifetime_ms: number) {
    this.#lifetime_ms = lifetime_ms;
  }

  /** @returns whether it was not known to be */
  see(agentId: number, now_ms: number): boolean {
    const isNew = !this.has(agentId, now_ms);
    this.#until.set(agentId, now_ms + this.#lifetime_ms);
    return isNew;
  }

  has(agentId: number, now_ms: number): boolean {
    return (this.#until.get(agentId) ?? 0) > now_ms;
  }

  /** Signed out: what it is still connected by says so again. */
  leave(agentId: number): void {
    this.#until.delete(agentId);
  }

  /** All who are; the others are forgotten. */
  all(now_ms: number): readonly number[] {
    for (const [id, until_ms] of this.#until) if (until_ms <= now_ms) this.#until.delete(id);
    return [...this.#until.keys()];
  }
}

/** A member of a site, as far as turns go. */
export interface Member {
  readonly agentId: number;
  /** The number of its last turn at the site, which grows; 0: none yet. */
  readonly turn: number;
  /** Whether it could take a conversation now. */
  readonly online: boolean;
}

/**
 * Whose turn it is: who of those who are there had none for longest. Nobody has a second before
 * everybody else who was there all the time has had one; who was not makes up for nothing.
 *
 * @param members all of the site
 * @param except who has it already
 * @returns null where nobody is there; `turn` is the number of this one
 */
export function nextInTurn(
  members: readonly Member[],
  except: number | null = null,
): Pick<Member, 'agentId' | 'turn'> | null {
  const newest = members.reduce((highest, { turn }) => Math.max(highest, turn), 0);
  const [first] = members
    .filter(({ agentId, online }) => online && agentId !== except)
    .toSorted((a, b) => a.turn - b.turn || a.agentId - b.agentId);
  return first === undefined ? null : { agentId: first.agentId, turn: newest + 1 };
}
