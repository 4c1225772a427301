import type { FastifyBaseLogger } from 'fastify';
import type { NodeHooks, Providers } from '../broadcast/providers.ts';
import type { Config } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { Clock, Random } from '../context.ts';
import type { ConversationQueries } from '../conversation/conversation.queries.ts';
import type { Database } from '../database/database.ts';
import type { Builds } from '../http/pages.ts';
import type { Figures } from '../observe/figures.ts';
import type { Tracing } from '../observe/tracing.ts';

/** What a node stands on. */
export interface WireOptions {
  readonly config: Config;
  readonly logger: FastifyBaseLogger;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly builds: Builds;
  /** Where it is counted what happens; absent: nowhere. */
  readonly figures?: Figures | undefined;
  /** Null or absent: nothing is traced. */
  readonly tracing?: Tracing | null;
  /** The ways by which events leave this node. */
  readonly providersFor: (
    config: Config,
    appKey: Secret,
    queries: Pick<ConversationQueries, 'headsOf' | 'currentOf'>,
    logger: FastifyBaseLogger,
    hooks: NodeHooks,
  ) => Providers;
}
