import type { AgentRole, MemberSite } from '@parley/protocol';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import { emailKey, type AgentAccount } from './agent.ts';
import {
  agentFromRow,
  selectAgent,
  selectAgentByEmail,
  selectMember,
  selectMemberAt,
  selectMemberships,
  selectSession,
  sessionFromRow,
} from './agent.store.ts';
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

export function createAgentQueries({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): AgentQueries {
  const { sql } = database;
  const findAgent = async (id: number): Promise<AgentAccount | null> => {
    const [row] = await database.query(selectAgent(sql, { id }));
    return row === undefined ? null : agentFromRow(row);
  };
  const membershipsOf = async (agentId: number): Promise<MemberSite[]> => {
    const rows = await database.query(selectMemberships(sql, { agent_id: agentId }));
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role as AgentRole,
      token: row.token,
      allowed_origins: JSON.parse(row.allowed_origins) as string[],
    }));
  };
  return {
    findAgent,
    membershipsOf,
    findAgentByEmail: async (email) => {
      const [row] = await database.query(selectAgentByEmail(sql, { email_key: emailKey(email) }));
      return row === undefined ? null : agentFromRow(row);
    },
    actorOf: async (agentId) => {
      const agent = await findAgent(agentId);
      if (agent === null || agent.disabled) return null;
      const sites = await membershipsOf(agentId);
      return {
        kind: 'agent',
        agentId,
        siteIds: sites.map((site) => site.id),
        roles: new Map(sites.map((site) => [site.id, site.role])),
      };
    },
    findSession: async (tokenHash) => {
      const [row] = await database.query(
        selectSession(sql, { token_hash: tokenHash, now_ms: clock.now_ms() }),
      );
      return row === undefined ? null : sessionFromRow(row);
    },
  };
}

/** Within a transaction: a statement that reads an agent who may work on the conversation now. */
export function selectMemberAtConversation(sql: Sql, conversationId: number, agentId: number) {
  return selectMemberAt(sql, { conversation_id: conversationId, agent_id: agentId });
}

/** Within a transaction: a statement that reads an agent who may work on the site now. */
export function selectMemberOf(sql: Sql, siteId: number, agentId: number) {
  return selectMember(sql, { site_id: siteId, agent_id: agentId });
}
