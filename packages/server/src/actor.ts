import type { AgentRole } from '@parley/protocol';

/** Who asks. Everything that is looked up for an actor is looked up within its sites. */
export interface VisitorActor {
  readonly kind: 'visitor';
  readonly visitorId: number;
  readonly siteId: number;
}

export interface AgentActor {
  readonly kind: 'agent';
  readonly agentId: number;
  readonly siteIds: readonly number[];
  /** By site. */
  readonly roles: ReadonlyMap<number, AgentRole>;
}

export type Actor = VisitorActor | AgentActor;

/** Who reads a stream: visitors never see the agents' one. */
export type Audience = 'visitor' | 'agent';
