import type { Agent, AgentRole, Member, MemberSite } from '@parley/protocol';
import type { CompiledQuery } from 'kysely';
import type { AgentActor } from '../actor.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../database/database.ts';
import { emailKey, type AgentAccount } from './agent.ts';
import {
  agentFromRow,
  lockSession,
  selectAgent,
  selectAgentByEmail,
  selectColleagues,
  selectLogins,
  selectMember,
  selectMemberAt,
  selectMembers,
  selectMemberships,
  selectSessionsOf,
  sessionFromRow,
} from './agent.store.ts';
import { selectAllMembers } from './member.store.ts';
import { countRecoveryCodes } from './second-factor.store.ts';
import type { Session } from './session.ts';

export interface AgentQueries {
  findAgentByEmail(email: string): Promise<AgentAccount | null>;
  findAgent(id: number): Promise<AgentAccount | null>;
  /** How many recovery codes are not used yet. */
  recoveryCodesOf(agentId: number): Promise<number>;
  /** Where the agent is signed in, the latest used first. */
  sessionsOf(agentId: number): Promise<readonly AgentSession[]>;
  /** Everybody of a site, disabled ones too. */
  membersOf(siteId: number): Promise<Member[]>;
  /** Who works on the agent's sites, the agent too, by name. */
  colleaguesOf(agent: AgentActor): Promise<Colleague[]>;
  /** The agent with its sites; null where there is none or it is disabled. */
  actorOf(agentId: number): Promise<AgentActor | null>;
  /**
   * Who is signed in, by the hash of the session's token, as one statement finds it. Sessions that are
   * unknown or over and those of disabled agents are not in it.
   */
  loginsOf(tokenHashes: readonly string[]): Promise<ReadonlyMap<string, SignedIn>>;
}

export interface Colleague {
  readonly id: number;
  readonly name: string;
  /** Those that they share. */
  readonly siteIds: readonly number[];
  /** It says so itself. */
  readonly away: boolean;
}

/** A login, as its agent is told of it. */
export interface AgentSession {
  readonly tokenHash: string;
  readonly userAgent: string;
  readonly address: string;
  readonly createdAt_ms: number;
  readonly lastSeenAt_ms: number;
}

/** A session that is good, with its agent and what that agent may see. */
export interface SignedIn {
  readonly session: Session;
  readonly agent: Agent;
  readonly sites: readonly MemberSite[];
}

/** Databases bound the parameters of a statement. */
const HASHES_MAX = 500;

export function createAgentQueries({
  database,
  clock,
}: Pick<Context, 'database' | 'clock'>): AgentQueries {
  const { sql } = database;
  return {
    findAgentByEmail: async (email) => {
      const [row] = await database.query(selectAgentByEmail(sql, { email_key: emailKey(email) }));
      return row === undefined ? null : agentFromRow(row);
    },
    colleaguesOf: async ({ agentId }) => {
      const rows = await database.query(selectColleagues(sql, { agent_id: agentId }));
      return [...Map.groupBy(rows, ({ id }) => id)].map(([id, own]) => ({
        id,
        name: own[0]?.name ?? '',
        siteIds: own.map((row) => row.site_id),
        away: own[0]?.away === 1,
      }));
    },
    findAgent: async (id) => {
      const [row] = await database.query(selectAgent(sql, { id }));
      return row === undefined ? null : agentFromRow(row);
    },
    recoveryCodesOf: async (agent_id) => {
      const [row] = await database.query(countRecoveryCodes(sql, { agent_id }));
      return row?.count ?? 0;
    },
    sessionsOf: async (agent_id) => {
      const now_ms = clock.now_ms();
      const rows = await database.query(selectSessionsOf(sql, { agent_id, now_ms }));
      return rows.map((row) => ({
        tokenHash: row.token_hash,
        userAgent: row.user_agent,
        address: row.address,
        createdAt_ms: row.created_at,
        lastSeenAt_ms: row.last_seen_at,
      }));
    },
    membersOf: async (site_id) => {
      const rows = await database.query(selectAllMembers(sql, { site_id }));
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        email: row.email,
        role: row.role as AgentRole,
        disabled: row.disabled === 1,
        two_factor: row.totp_secret !== null,
        last_seen_at: row.last_seen_at === null ? null : Math.floor(row.last_seen_at / 1_000),
      }));
    },
    actorOf: async (agentId) => {
      const [[agent], sites] = await Promise.all([
        database.query(selectAgent(sql, { id: agentId })),
        database.query(selectMemberships(sql, { agent_id: agentId })),
      ]);
      return agent === undefined || agent.disabled === 1 ? null : actorFrom(agentId, sites);
    },
    loginsOf: async (tokenHashes) => {
      const found = new Map<string, SignedIn>();
      for (let at = 0; at < tokenHashes.length; at += HASHES_MAX) {
        const hashes = tokenHashes.slice(at, at + HASHES_MAX);
        const rows = await database.query(selectLogins(sql, { hashes, now_ms: clock.now_ms() }));
        for (const [hash, own] of Map.groupBy(rows, (row) => row.token_hash)) {
          const [first] = own;
          if (first !== undefined) found.set(hash, signedIn(first, own));
        }
      }
      return found;
    },
  };
}

/** What an agent may do, by its sites. */
export function actorFrom(
  agentId: number,
  sites: readonly { readonly id: number; readonly role: string }[],
): AgentActor {
  return {
    kind: 'agent',
    agentId,
    siteIds: sites.map((site) => site.id),
    roles: new Map(sites.map((site) => [site.id, site.role as AgentRole])),
  };
}

type LoginRow = ReturnType<typeof selectLogins> extends CompiledQuery<infer R> ? R : never;

function signedIn(row: LoginRow, rows: readonly LoginRow[]): SignedIn {
  const { agent_id: id, name, email, locale } = row;
  const agent = { id, name, email, ...(locale !== null && { locale }) };
  return { session: sessionFromRow(row), agent, sites: rows.flatMap(siteOf) };
}

/** None of an agent without sites. */
function siteOf(row: LoginRow): MemberSite[] {
  const { site_id: id, site_name: name, site_token: token, allowed_origins, role } = row;
  if (id === null || name === null || token === null || allowed_origins === null) return [];
  const origins = JSON.parse(allowed_origins) as string[];
  return [{ id, name, role: role as AgentRole, token, allowed_origins: origins }];
}

/** Within a transaction: a statement that reads an agent who may work on the conversation now. */
export function selectMemberAtConversation(sql: Sql, conversationId: number, agentId: number) {
  return selectMemberAt(sql, { conversation_id: conversationId, agent_id: agentId });
}

/** Within a transaction: a statement that reads an agent who may work on the site now. */
export function selectMemberOf(sql: Sql, siteId: number, agentId: number) {
  return selectMember(sql, { site_id: siteId, agent_id: agentId });
}

/** Within a transaction: a statement that reads who works on the site. */
export function selectMembersOf(sql: Sql, siteId: number) {
  return selectMembers(sql, { site_id: siteId });
}

/** Within a transaction: a statement that holds a session, which stays until the transaction ends. */
export function holdSession(sql: Sql, token_hash: string) {
  return lockSession(sql, { token_hash });
}

/** Within a transaction: a statement that reads the agent of an address, in lower case. */
export function selectAccountByEmail(sql: Sql, email_key: string) {
  return selectAgentByEmail(sql, { email_key });
}
