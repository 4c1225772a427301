import type { ReportFigures, Spread } from '@parley/protocol';

/** A conversation, as far as a report looks at it. Times in Unix milliseconds. */
export interface Begun {
  readonly id: number;
  readonly siteId: number;
  readonly assigneeId: number | null;
  readonly begun_ms: number;
  /** Null: it is not resolved. */
  readonly resolved_ms: number | null;
  /** 1 to 5. */
  readonly rating: number | null;
}

/** The first message of some that one person wrote without another between; never a note. */
export interface Turn {
  readonly by: 'visitor' | 'agent';
  readonly senderId: number;
  readonly at_ms: number;
}

/** A visitor wrote, and this agent answered. */
export interface Wait {
  readonly agentId: number;
  readonly wait_ms: number;
}

/** Each time that the visitor waited and was answered, in order. */
export function waitsOf(turns: readonly Turn[]): readonly Wait[] {
  const waits: Wait[] = [];
  let since_ms: number | null = null;
  for (const { by, senderId, at_ms } of turns) {
    if (by === 'visitor') since_ms ??= at_ms;
    else if (since_ms !== null) {
      // Clocks of two nodes may differ.
      waits.push({ agentId: senderId, wait_ms: Math.max(0, at_ms - since_ms) });
      since_ms = null;
    }
  }
  return waits;
}

/** Collects what figures are made of. */
export class Tally {
  #conversations = 0;
  #answered = 0;
  #resolved = 0;
  readonly #firstResponses: number[] = [];
  readonly #waits: number[] = [];
  readonly #resolutions: number[] = [];
  readonly #scores: ReportFigures['scores'] = [0, 0, 0, 0, 0];

  add(begun: Begun, waits: readonly Wait[]): void {
    this.#addAnswers(waits, waits[0] ?? null);
    this.#addEnd(begun);
  }

  /** Of what an agent did: its waits alone, and the end where it is to the agent's account. */
  addShare(begun: Begun, waits: readonly Wait[], agentId: number): void {
    const own = waits.filter((wait) => wait.agentId === agentId);
    const first = waits[0]?.agentId === agentId ? waits[0] : null;
    this.#addAnswers(own, first);
    if ((begun.assigneeId ?? waits.at(-1)?.agentId) === agentId) this.#addEnd(begun);
  }

  #addAnswers(waits: readonly Wait[], first: Wait | null): void {
    this.#conversations += 1;
    if (waits.length > 0) this.#answered += 1;
    if (first !== null) this.#firstResponses.push(first.wait_ms);
    for (const { wait_ms } of waits) this.#waits.push(wait_ms);
  }

  #addEnd({ begun_ms, resolved_ms, rating }: Begun): void {
    if (resolved_ms !== null) {
      this.#resolved += 1;
      this.#resolutions.push(Math.max(0, resolved_ms - begun_ms));
    }
    if (rating !== null) this.#scores[rating - 1] = (this.#scores[rating - 1] ?? 0) + 1;
  }

  figures(): ReportFigures {
    return {
      conversations: this.#conversations,
      answered: this.#answered,
      resolved: this.#resolved,
      first_response: spreadOf(this.#firstResponses),
      waiting: spreadOf(this.#waits),
      resolution: spreadOf(this.#resolutions),
      scores: [...this.#scores],
    };
  }
}

/** Those who answered, and whom it is assigned to; each once. */
export function agentsOf({ assigneeId }: Begun, waits: readonly Wait[]): ReadonlySet<number> {
  const ids = new Set(waits.map(({ agentId }) => agentId));
  if (assigneeId !== null) ids.add(assigneeId);
  return ids;
}

/** Null of nothing. */
function spreadOf(spans_ms: readonly number[]): Spread | null {
  const sorted = Float64Array.from(spans_ms).sort();
  const { length } = sorted;
  if (length === 0) return null;
  const at = (index: number) => sorted[index] ?? 0;
  const seconds = (span_ms: number) => Math.round(span_ms / 1_000);
  return {
    count: length,
    median_s: seconds((at(Math.floor((length - 1) / 2)) + at(Math.floor(length / 2))) / 2),
    p90_s: seconds(at(Math.ceil(length * 0.9) - 1)),
    mean_s: seconds(sorted.reduce((sum, span_ms) => sum + span_ms, 0) / length),
  };
}
