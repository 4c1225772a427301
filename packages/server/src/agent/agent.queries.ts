import type { MemberSite } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { AgentAccount } from './agent.ts';
import type { Session } from './session.ts';

export interface AgentQueries {
  findAgentByEmail(email: string): Promise<AgentAccount | null>;
  findAgent(id: number): Promise<AgentAccount | null>;
  membershipsOf(agentId: number): Promise<MemberSite[]>;
  /** The agent with its sites; null where there is none or it is disabled. */
  actorOf(agentId: number): Promise<AgentActor | null>;
  /** Null where it is unknown or has expired. */
  findSession(tokenHash: string): Promise<Session | null>;
}

export declare function createAgentQueries(
  context: Pick<Context, 'database' | 'clock'>,
): AgentQueries;
