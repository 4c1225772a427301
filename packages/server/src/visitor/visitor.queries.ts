import type { Visitor } from '@parley/protocol';
import type { VisitorActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { first, type Sql } from '../database/database.ts';
import { AppError } from '../app-error.ts';
import { presentVisitor } from './visitor.ts';
import {
  lockVisitor,
  selectTokenHolder,
  selectVisitor,
  selectVisitorOfAgent,
} from './visitor.store.ts';

/** `blocked`: what it writes is refused. */
export type KnownVisitor = Visitor & { readonly blocked: boolean };

export interface TokenHolder {
  readonly actor: VisitorActor;
  readonly blocked: boolean;
  /** Whether it ever agreed to what its site asks, in this version or an earlier one. */
  readonly consented: boolean;
}

export interface VisitorQueries {
  /** Whom a visitor token belongs to. */
  findVisitorByTokenHash(hash: string): Promise<TokenHolder | null>;
  findVisitor(visitor: VisitorActor): Promise<KnownVisitor | null>;
}

export function createVisitorQueries({ database }: Pick<Context, 'database'>): VisitorQueries {
  const { sql } = database;
  return {
    findVisitorByTokenHash: async (hash) => {
      const [row] = await database.query(selectTokenHolder(sql, { token_hash: hash }));
      if (row === undefined) return null;
      const { visitor_id: visitorId, site_id: siteId, blocked_at, consent_version } = row;
      return {
        actor: { kind: 'visitor', visitorId, siteId },
        blocked: blocked_at !== null,
        consented: consent_version !== null,
      };
    },
    findVisitor: async ({ visitorId, siteId }) => {
      const [row] = await database.query(selectVisitor(sql, { id: visitorId, site_id: siteId }));
      return row === undefined
        ? null
        : { ...presentVisitor(row), blocked: row.blocked_at !== null };
    },
  };
}

/**
 * Within a transaction: a statement that reads the visitor and holds it until the end. Whoever holds a
 * visitor and a conversation takes the visitor first, so that no two wait for each other.
 */
export function holdVisitor(sql: Sql, siteId: number, visitorId: number) {
  return lockVisitor(sql, { site_id: siteId, id: visitorId });
}

/** @throws AppError `visitor_blocked`, in words that the visitor reads */
export function refuseBlocked({ blocked_at }: { readonly blocked_at: number | null }): void {
  if (blocked_at === null) return;
  throw new AppError('visitor_blocked', 'You cannot write here any more.');
}

/** Within a transaction. @throws AppError as {@link refuseBlocked} */
export function* refuseBlockedVisitor(sql: Sql, { siteId, visitorId }: VisitorActor) {
  const row = yield* first(selectVisitor(sql, { site_id: siteId, id: visitorId }));
  if (row !== undefined) refuseBlocked(row);
}

/** Within a transaction: a statement that reads of which of the agent's sites a visitor is, and the agent's name. */
export function selectApproached(sql: Sql, agentId: number, visitorId: number) {
  return selectVisitorOfAgent(sql, { id: visitorId, agent_id: agentId });
}

/** @param version of what is to be agreed to; null: not known here, `config` says it */
export function consentRequired(version: number | null): AppError {
  return new AppError(
    'consent_required',
    'This site asks its visitors to agree first. Load the page again to be asked.',
    version === null ? {} : { details: { version } },
  );
}
