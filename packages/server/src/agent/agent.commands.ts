import type { AgentRole } from '@parley/protocol';
import type { Context } from '../context.ts';
import { plain, runOne } from '../database/database.ts';
import {
  beginSession,
  changePassword,
  createAccount,
  ensureFirstAccount,
} from './account.commands.ts';
import { emailKey, type AgentAccount } from './agent.ts';
import {
  removeExpiredSessions,
  removeSession,
  updateSession,
  upsertMembership,
} from './agent.store.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { Session } from './session.ts';

export interface NewSession {
  /** As it was when its password was checked. */
  readonly account: Pick<AgentAccount, 'id' | 'passwordHash'>;
  readonly tokenHash: string;
  readonly csrfToken: string;
  readonly expiresAt_ms: number;
  readonly userAgent: string;
  readonly address: string;
}

export interface FirstAgent {
  readonly agent: AgentAccount;
  readonly created: boolean;
  /** Only where it was generated now; it is stored nowhere. */
  readonly generatedPassword: string | null;
}

export interface AgentCommands {
  /**
   * The first agent, made owner of the site. With an address (`PARLEY_ADMIN_EMAIL`): the agent of
   * that address, and a given password becomes its own. Without: made where there is no agent at all.
   */
  ensureFirstAgent(given: {
    siteId: number;
    email: string | undefined;
    password: string | undefined;
  }): Promise<FirstAgent>;
  createAgent(agent: { name: string; email: string; password: string }): Promise<AgentAccount>;
  addMembership(membership: { siteId: number; agentId: number; role: AgentRole }): Promise<void>;
  /** @throws AppError `invalid_credentials` where the password is another one by now */
  createSession(session: NewSession): Promise<Session>;
  /** Slides the expiry; false where the session is gone. */
  touchSession(tokenHash: string, expiresAt_ms: number): Promise<boolean>;
  deleteSession(tokenHash: string): Promise<void>;
  /** Returns how many. */
  deleteExpiredSessions(): Promise<number>;
}

const DEFAULT_EMAIL = 'admin@example.com';

type Parts = Pick<Context, 'database' | 'clock' | 'random'>;

/** Of one agent: as many as the profile shows. One more ends the one that was used least lately. */
const SESSIONS_MAX = 100;

export function createAgentCommands(context: Parts): AgentCommands {
  const { database, clock } = context;
  const { sql } = database;
  return {
    ensureFirstAgent: (given) => ensureFirstAgent(context, given),
    createAgent: async ({ name, email, password }) =>
      database.write(createAccount, {
        name,
        email,
        email_key: emailKey(email),
        password_hash: await hashPassword(password),
        disabled: 0,
        created_at: clock.now_ms(),
      }),
    addMembership: async ({ siteId, agentId, role }) => {
      await database.write(
        runOne,
        plain(
          upsertMembership(sql, {
            site_id: siteId,
            agent_id: agentId,
            role,
            created_at: clock.now_ms(),
          }),
        ),
      );
    },
    createSession: async ({ account, tokenHash, csrfToken, expiresAt_ms, userAgent, address }) => {
      const now_ms = clock.now_ms();
      await database.write(beginSession, {
        session: {
          token_hash: tokenHash,
          agent_id: account.id,
          csrf_token: csrfToken,
          user_agent: userAgent,
          address,
          created_at: now_ms,
          last_seen_at: now_ms,
          expires_at: expiresAt_ms,
        },
        password_hash: account.passwordHash,
        others: SESSIONS_MAX - 1,
      });
      return {
        agentId: account.id,
        csrfToken,
        createdAt_ms: now_ms,
        lastSeenAt_ms: now_ms,
        expiresAt_ms,
      };
    },
    touchSession: async (tokenHash, expiresAt_ms) =>
      (await database.write(
        runOne,
        plain(
          updateSession(sql, {
            token_hash: tokenHash,
            now_ms: clock.now_ms(),
            expires_at: expiresAt_ms,
          }),
        ),
      )) > 0,
    deleteSession: async (tokenHash) => {
      await database.write(runOne, plain(removeSession(sql, { token_hash: tokenHash })));
    },
    deleteExpiredSessions: () =>
      database.write(runOne, plain(removeExpiredSessions(sql, { now_ms: clock.now_ms() }))),
  };
}

async function ensureFirstAgent(
  { database, clock, random }: Parts,
  given: { siteId: number; email: string | undefined; password: string | undefined },
): Promise<FirstAgent> {
  const generated = given.password === undefined ? random.token() : null;
  const password = given.password ?? generated ?? '';
  const password_hash = await hashPassword(password);
  const found = await database.write(ensureFirstAccount, {
    given: given.email,
    siteId: given.siteId,
    agent: {
      name: 'Admin',
      email: given.email ?? DEFAULT_EMAIL,
      email_key: emailKey(given.email ?? DEFAULT_EMAIL),
      password_hash,
      disabled: 0,
      created_at: clock.now_ms(),
    },
  });
  if (found.created) return { ...found, generatedPassword: generated };
  // A new PARLEY_ADMIN_PASSWORD takes effect, and ends what was signed in with the old one.
  const stale =
    given.password !== undefined &&
    !(await verifyPassword(found.agent.passwordHash, given.password));
  const agent = stale
    ? await database.write(changePassword, { id: found.agent.id, password_hash })
    : found.agent;
  return { agent, created: false, generatedPassword: null };
}
