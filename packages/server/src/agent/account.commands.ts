import { AppError } from '../app-error.ts';
import { first, run, type Sql } from '../database/database.ts';
import { oneNodeAtATime } from '../site/start.commands.ts';
import {
  agentFromRow,
  insertAgent,
  insertSession,
  lockAgent,
  removeSessionsOf,
  removeSurplusSessions,
  selectAgentByEmail,
  selectFirstAgent,
  updatePassword,
  upsertMembership,
} from './agent.store.ts';

export type NewAgent = Parameters<typeof insertAgent>[1];

/** A transaction. */
export function* createAccount(sql: Sql, agent: NewAgent) {
  const row = yield* first(insertAgent(sql, agent));
  if (row === undefined) throw new Error('The inserted agent was not returned');
  return agentFromRow(row);
}

/** A transaction. */
export function* ensureFirstAccount(
  sql: Sql,
  input: { given: string | undefined; siteId: number; agent: NewAgent },
) {
  yield* oneNodeAtATime(sql, input.agent.created_at);
  const known =
    input.given === undefined
      ? yield* first(selectFirstAgent(sql, {}))
      : yield* first(selectAgentByEmail(sql, { email_key: input.agent.email_key }));
  const agent = known === undefined ? yield* createAccount(sql, input.agent) : agentFromRow(known);
  if (known === undefined || input.given !== undefined) {
    yield* run(
      upsertMembership(sql, {
        site_id: input.siteId,
        agent_id: agent.id,
        role: 'owner',
        created_at: input.agent.created_at,
      }),
    );
  }
  return { agent, created: known === undefined };
}

interface BegunSession {
  readonly session: Parameters<typeof insertSession>[1];
  /** Of the password that was checked. */
  readonly password_hash: string;
  /** How many others the agent may have beside it. */
  readonly others: number;
}

/**
 * Checking a password takes its time, and a new one ends what there is, as disabling the agent does: a session
 * that began before must not be made after that. A transaction. @throws AppError `invalid_credentials`
 */
export function* beginSession(sql: Sql, { session, password_hash, others }: BegunSession) {
  const { agent_id, token_hash } = session;
  const agent = yield* first(lockAgent(sql, { id: agent_id }));
  if (agent?.password_hash !== password_hash || agent.disabled === 1) throw doNotFit();
  yield* run(insertSession(sql, session));
  yield* run(removeSurplusSessions(sql, { agent_id, token_hash, others }));
}

/** Of an address and a password, whatever of them is wrong. */
export function doNotFit(): AppError {
  return new AppError('invalid_credentials', 'This email address and password do not fit.');
}

/** Ends what was signed in with the old one. A transaction. */
export function* changePassword(sql: Sql, input: { id: number; password_hash: string }) {
  const row = yield* first(updatePassword(sql, input));
  if (row === undefined) throw new Error('The agent is gone');
  yield* run(removeSessionsOf(sql, { agent_id: input.id }));
  return agentFromRow(row);
}
