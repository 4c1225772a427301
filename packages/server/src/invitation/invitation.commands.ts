import type { AgentRole, Invitation } from '@parley/protocol';
import { createAccount } from '../agent/account.commands.ts';
import { emailKey } from '../agent/agent.ts';
import { selectAccountByEmail, selectMemberOf } from '../agent/agent.queries.ts';
import { join } from '../agent/member.commands.ts';
import { hashPassword } from '../agent/password.ts';
import { AppError } from '../app-error.ts';
import type { By } from '../audit/audit.ts';
import { record } from '../audit/audit.commands.ts';
import type { Context } from '../context.ts';
import { all, first, run, type Sql } from '../database/database.ts';
import { hashToken } from '../token.ts';
import { invitationFrom } from './invitation.queries.ts';
import {
  removeExpired,
  removeInvitation,
  selectInvitationByToken,
  selectInvitations,
  upsertInvitation,
} from './invitation.store.ts';

export interface InvitationCommands {
  /**
   * The token is told here alone; a former invitation of the address ends.
   * @throws AppError `already_member`, `too_many`
   */
  invite(
    to: { siteId: number; email: string; role: AgentRole },
    by: By,
  ): Promise<{ invitation: Invitation; token: string }>;
  /** False where there is none. */
  withdraw(siteId: number, id: number, by: By): Promise<boolean>;
  /**
   * Uses it up. `newcomer`: an account is made, unless the address has one already.
   * @returns the agent, who is a member now
   * @throws AppError `invitation_over`
   */
  accept(
    token: string,
    newcomer: { name: string; password: string } | null,
    address: string,
  ): Promise<number>;
}

const LIFETIME_MS = 7 * 24 * 60 * 60_000;
const OPEN_MAX = 100;

export function createInvitationCommands({
  database,
  clock,
  random,
}: Pick<Context, 'database' | 'clock' | 'random'>): InvitationCommands {
  return {
    async invite({ siteId, email, role }, by) {
      const token = random.token();
      const row = {
        site_id: siteId,
        email: email.trim(),
        email_key: emailKey(email),
        role,
        token_hash: hashToken(token),
        invited_by: by.name,
        created_at: by.at_ms,
        expires_at: by.at_ms + LIFETIME_MS,
      };
      return { invitation: await database.write(insertInvitation, { row, by }), token };
    },
    withdraw: (site_id, id, by) => database.write(withdrawInvitation, { site_id, id, by }),
    async accept(token, newcomer, address) {
      const account =
        newcomer === null
          ? null
          : { name: newcomer.name.trim(), password_hash: await hashPassword(newcomer.password) };
      const token_hash = hashToken(token);
      return database.write(useInvitation, {
        token_hash,
        account,
        address,
        now_ms: clock.now_ms(),
      });
    },
  };
}

/** A transaction. */
export function* insertInvitation(
  sql: Sql,
  { row, by }: { row: Parameters<typeof upsertInvitation>[1]; by: By },
) {
  const { site_id, email_key } = row;
  const known = yield* first(selectAccountByEmail(sql, email_key));
  if (known !== undefined) {
    const member = yield* first(selectMemberOf(sql, site_id, known.id));
    if (member !== undefined) {
      throw new AppError('already_member', 'This address belongs to a member of the site.');
    }
  }
  yield* run(removeExpired(sql, { site_id, now_ms: by.at_ms }));
  const open = yield* all(selectInvitations(sql, { site_id, now_ms: by.at_ms }));
  if (open.length >= OPEN_MAX) {
    throw new AppError('too_many', `A site may have ${OPEN_MAX} open invitations.`);
  }
  const made = yield* first(upsertInvitation(sql, row));
  if (made === undefined) throw new Error('The invitation was not returned');
  yield* record(sql, by, { siteId: site_id, action: 'member.invited', target: row.email });
  return invitationFrom(made);
}

/** A transaction. */
export function* withdrawInvitation(
  sql: Sql,
  { site_id, id, by }: { site_id: number; id: number; by: By },
) {
  const row = yield* first(removeInvitation(sql, { id, site_id }));
  if (row === undefined) return false;
  yield* record(sql, by, { siteId: site_id, action: 'invitation.withdrawn', target: row.email });
  return true;
}

/** A transaction. */
export function* useInvitation(
  sql: Sql,
  input: {
    token_hash: string;
    account: { name: string; password_hash: string } | null;
    address: string;
    now_ms: number;
  },
) {
  const { token_hash, account, address, now_ms } = input;
  const held = yield* first(selectInvitationByToken(sql, { token_hash, now_ms }));
  if (held === undefined) throw over();
  // Of several at once, the one that removes it uses it.
  const { id, site_id, email, email_key, role } = held;
  const removed = yield* all(removeInvitation(sql, { id, site_id }));
  if (removed.length === 0) throw over();
  const known = yield* first(selectAccountByEmail(sql, email_key));
  if (known !== undefined && account !== null) throw over();
  if (known === undefined && account === null) throw over();
  const agent =
    known ??
    (yield* createAccount(sql, {
      name: account?.name ?? email,
      email,
      email_key,
      password_hash: account?.password_hash ?? '',
      disabled: 0,
      created_at: now_ms,
    }));
  const membership = { site_id, agent_id: agent.id, role: role as AgentRole };
  yield* join(sql, { ...membership, created_at: now_ms });
  const by: By = { agentId: agent.id, name: agent.name, address, at_ms: now_ms };
  yield* record(sql, by, { siteId: site_id, action: 'member.joined', target: email });
  return agent.id;
}

function over(): AppError {
  return new AppError('invitation_over', 'This invitation was used, withdrawn, or is too old.');
}
