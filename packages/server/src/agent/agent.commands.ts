import type { AgentRole } from '@parley/protocol';
import type { Context } from '../context.ts';
import type { AgentAccount } from './agent.ts';
import type { Session } from './session.ts';

export interface NewSession {
  readonly agentId: number;
  readonly tokenHash: string;
  readonly csrfToken: string;
  readonly expiresAt_ms: number;
  readonly userAgent: string;
  readonly address: string;
}

export interface AgentCommands {
  /**
   * The first agent, made owner of the site. With an address (`PARLEY_ADMIN_EMAIL`): the agent of
   * that address, and a given password becomes its own. Without: made where there is no agent at all.
   * `password` is answered only where it was generated now.
   */
  ensureFirstAgent(given: {
    siteId: number;
    email: string | undefined;
    password: string | undefined;
  }): Promise<{ agent: AgentAccount; created: boolean; generatedPassword: string | null }>;
  createAgent(agent: { name: string; email: string; password: string }): Promise<AgentAccount>;
  addMembership(membership: { siteId: number; agentId: number; role: AgentRole }): Promise<void>;
  createSession(session: NewSession): Promise<Session>;
  /** Slides the expiry; false where the session is gone. */
  touchSession(tokenHash: string, expiresAt_ms: number): Promise<boolean>;
  deleteSession(tokenHash: string): Promise<void>;
  deleteExpiredSessions(): Promise<number>;
}

export declare function createAgentCommands(
  context: Pick<Context, 'database' | 'clock' | 'random'>,
): AgentCommands;
