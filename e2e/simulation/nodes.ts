import type { SimulatedAnswer, SimulatedRequest, SimulatedServer } from './server.ts';

/** How a balancer spreads what comes. `sticks`: a client stays where it is, as long as that lives. */
export type Balancing = 'sticks' | 'in turn';

/** The server of a story, as its clients reach it: one node, or several behind a balancer. */
export class SimulatedNodes {
  readonly all: readonly SimulatedServer[];
  balancing: Balancing = 'sticks';
  readonly #homes = new Map<string, number>();
  #turns = 0;

  constructor(all: readonly SimulatedServer[]) {
    this.all = all;
  }

  get areSeveral(): boolean {
    return this.all.length > 1;
  }

  get alive(): readonly SimulatedServer[] {
    return this.all.filter(({ isAlive }) => isAlive);
  }

  /** Who comes one after another is spread evenly. */
  seat(client: string): void {
    this.#homeOf(client);
  }

  /** Where this client is led to now: a node that lives, where there is one. */
  for(client: string): SimulatedServer {
    const turn = this.balancing === 'sticks' ? this.#homeOf(client) : this.#turns++;
    const home = at(this.all, turn);
    return home.isAlive || this.alive.length === 0 ? home : at(this.alive, turn);
  }

  /** @returns never, where the node died meanwhile */
  async handle(client: string, request: SimulatedRequest): Promise<SimulatedAnswer> {
    return this.for(client).handle(request);
  }

  #homeOf(client: string): number {
    const home = this.#homes.get(client) ?? this.#homes.size;
    this.#homes.set(client, home);
    return home;
  }
}

function at(nodes: readonly SimulatedServer[], turn: number): SimulatedServer {
  const node = nodes[turn % nodes.length];
  if (node === undefined) throw new Error('a server without a node');
  return node;
}
