/**
 * Which providers run, and whether polling fills in (RT-1, RT-2, RT-3): pure, from the state of each
 * provider in the order of preference.
 */
export type SlotState =
  /** Not started. */
  | 'idle'
  /** Started less than 5 s ago, or lost less than 5 s ago, and nothing failed since. */
  | 'trying'
  /** Did not come in time: the next one is tried as well, this one goes on trying. */
  | 'passed-over'
  /** Subscribed, and the heads are being compared. */
  | 'catching-up'
  /** Subscribed and caught up: it brings everything. */
  | 'live';

export interface Plan {
  /** For each slot whether it is to run. */
  readonly run: readonly boolean[];
  /** Index of the provider that brings the events; null where polling has to. */
  readonly live: number | null;
}

export function planProviders(slots: readonly SlotState[]): Plan {
  const live = slots.indexOf('live');
  // Everything preferred to the live one goes on trying; without a live one, each that is passed
  // over lets the next one begin.
  const last = live === -1 ? slots.findIndex((slot) => slot !== 'passed-over') : live;
  return {
    run: slots.map((_, index) => last === -1 || index <= last),
    live: live === -1 ? null : live,
  };
}
