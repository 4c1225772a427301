import type { Visitor } from '@parley/protocol';
import type { VisitorActor } from '../actor.ts';
import type { Context } from '../context.ts';

export interface VisitorQueries {
  /** Whom a visitor token belongs to. */
  findVisitorByTokenHash(hash: string): Promise<VisitorActor | null>;
  findVisitor(visitor: VisitorActor): Promise<Visitor | null>;
}

export declare function createVisitorQueries(context: Pick<Context, 'database'>): VisitorQueries;
