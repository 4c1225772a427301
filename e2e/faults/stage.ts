// Where a fault is played: real server processes, what they stand on, and the doors to them.
import { rm } from 'node:fs/promises';
import type { PostgresCluster } from '../../scripts/testing/postgres-cluster.ts';
import { type RunningRedis, startRedis } from '../../scripts/testing/redis-server.ts';
import { createDatabase } from '../harness/postgres.ts';
import { type Proxy, type ProxyMode, startProxy } from '../harness/proxy.ts';
import { agentPassword, type LiveServer, siteToken, startServer } from '../harness/server.ts';
import { type PostgresTap, tapPostgres } from './postgres-tap.ts';
import { type StoreAccess, postgresAccess, sqliteAccess } from './store.ts';

/** `two nodes` stand on PostgreSQL and Redis. */
export type Ground = 'SQLite' | 'PostgreSQL' | 'two nodes';

export const otherSiteToken = 'site-token-of-another-site-0002';
export const otherAgent = { email: 'other@parley.example', password: agentPassword };

export interface Means {
  /** Null: not to be had, nor is a stage that needs it. */
  readonly postgres: Pick<PostgresCluster, 'url'> | PostgresCluster | null;
  /** The executable; null: not to be had. */
  readonly redisServer: string | null;
  readonly from: 'build' | 'source';
}

export interface StageOptions {
  readonly ground: Ground;
  readonly means: Means;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the first node, in place of a temporary folder. */
  readonly dataDir?: string;
  /** Whether the first node goes to PostgreSQL through a tap. */
  readonly tapped?: boolean;
}

/** Where clients go: by sockets, or where only polling gets through. */
export interface Door {
  readonly proxy: Proxy;
  readonly usual: ProxyMode;
}

export interface Stage {
  readonly ground: Ground;
  readonly nodes: readonly Node[];
  /** For each node one of both kinds; a door of a dead node leads to one that lives. */
  readonly doors: readonly Door[];
  /** The address of the database; null on SQLite. */
  readonly databaseUrl: string | null;
  readonly store: StoreAccess;
  /** Null: not asked for. */
  readonly tap: PostgresTap | null;
  readonly redis: RedisService | null;
  readonly means: Means;
  dispose(): Promise<void>;
}

export class Node {
  readonly server: LiveServer;
  #alive = true;

  constructor(server: LiveServer) {
    this.server = server;
  }

  get alive(): boolean {
    return this.#alive;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#alive = false;
    await this.server.kill(signal);
  }

  async startAgain(): Promise<void> {
    await this.server.startAgain();
    this.#alive = true;
  }
}

export class RedisService {
  readonly #executable: string;
  #running: RunningRedis;

  constructor(executable: string, running: RunningRedis) {
    this.#executable = executable;
    this.#running = running;
  }

  get url(): string {
    return this.#running.url;
  }

  get pid(): number {
    return this.#running.pid;
  }

  async stop(): Promise<void> {
    await this.#running.stop('SIGKILL');
  }

  async startAgain(): Promise<void> {
    this.#running = await startRedis(this.#executable, { port: this.#running.port });
  }
}

export async function buildStage(options: StageOptions): Promise<Stage> {
  const { ground, means } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const dispose = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const databaseUrl = ground === 'SQLite' ? null : await database(means, undo);
    const redis = ground === 'two nodes' ? await redisService(means, undo) : null;
    const tap =
      databaseUrl !== null && options.tapped === true ? await tapPostgres(databaseUrl) : null;
    if (tap !== null) undo.push(() => tap.close());
    const urls = { first: tap?.url ?? databaseUrl, others: databaseUrl };
    const nodes = await startNodes(options, urls, redis, undo);
    const [first] = nodes;
    if (first === undefined) throw new Error('a stage without a node');
    const store =
      databaseUrl === null ? sqliteAccess(first.server.dataDir) : postgresAccess(databaseUrl);
    await store.execute(otherSite);
    const doors: Door[] = [];
    for (const node of nodes) {
      for (const usual of ['pass', 'refuse-upgrade'] as const) {
        const proxy = await startProxy({ targetPort: () => openNode(nodes, node), mode: usual });
        undo.push(() => proxy.close());
        doors.push({ proxy, usual });
      }
    }
    return { ground, nodes, doors, databaseUrl, store, tap, redis, means, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function database(means: Means, undo: (() => Promise<unknown>)[]): Promise<string> {
  if (means.postgres === null) throw new Error('there is no PostgreSQL');
  const created = await createDatabase(means.postgres.url);
  undo.push(() => created.discard());
  return created.url;
}

async function redisService(
  { redisServer }: Means,
  undo: (() => Promise<unknown>)[],
): Promise<RedisService> {
  if (redisServer === null) throw new Error('there is no Redis');
  const redis = new RedisService(redisServer, await startRedis(redisServer));
  undo.push(() => redis.stop());
  return redis;
}

async function startNodes(
  { ground, means, env = {}, dataDir }: StageOptions,
  databaseUrls: { readonly first: string | null; readonly others: string | null },
  redis: RedisService | null,
  undo: (() => Promise<unknown>)[],
): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  for (let index = 0; index < (ground === 'two nodes' ? 2 : 1); index += 1) {
    const url = index === 0 ? databaseUrls.first : databaseUrls.others;
    const server = await startServer({
      from: means.from,
      ...(index === 0 && dataDir !== undefined ? { dataDir } : {}),
      ...(url === null ? {} : { databaseUrl: url }),
      env: {
        APP_KEY: 'the same key on all of these nodes',
        LOG_LEVEL: 'warn',
        ...(redis === null ? {} : { REDIS_URL: redis.url }),
        ...env,
      },
    });
    undo.push(async () => {
      await server.dispose();
      if (index > 0 || dataDir === undefined)
        await rm(server.dataDir, { recursive: true, force: true });
    });
    nodes.push(new Node(server));
  }
  return nodes;
}

/** The port of this node, or of one that lives. */
function openNode(nodes: readonly Node[], preferred: Node): number {
  const node = preferred.alive ? preferred : (nodes.find(({ alive }) => alive) ?? preferred);
  return node.server.port;
}

/** A second site, with an agent who is no member of the first. */
const otherSite = `
  INSERT INTO sites (token, name, allowed_origins, settings, reopen_window_ms, identity_secret,
      created_at)
    SELECT '${otherSiteToken}', 'Another site', allowed_origins, settings, reopen_window_ms,
      'identity-secret-of-another-site', created_at
    FROM sites WHERE token = '${siteToken}';
  INSERT INTO agents (name, email, email_key, password_hash, disabled, created_at)
    SELECT 'Other', '${otherAgent.email}', '${otherAgent.email}', password_hash, 0, created_at
    FROM agents ORDER BY id LIMIT 1;
  INSERT INTO memberships (site_id, agent_id, role, created_at)
    SELECT (SELECT max(id) FROM sites), max(id), 'owner', max(created_at) FROM agents;
`;
