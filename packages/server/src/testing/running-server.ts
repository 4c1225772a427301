import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRole } from '@parley/protocol';
import { createAgentCommands } from '../agent/agent.commands.ts';
import { compose, type ParleyServer } from '../compose.ts';
import { configFrom } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { Clock } from '../context.ts';
import { databaseWith, type Database } from '../database/database.ts';
import { createLogger } from '../http/log.ts';
import type { Builds } from '../http/pages.ts';
import { indexMessages, settleIndex } from '../search/search.commands.ts';
import { createSiteCommands } from '../site/site.commands.ts';
import type { Site } from '../site/site.ts';
import type { TestDatabases } from './databases.ts';

export const SITE_TOKEN = 'site-token-of-the-tests';
export const OWNER = { email: 'owner@agents.example', password: 'the password of the owner' };

export interface RunningServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly server: ParleyServer;
  readonly database: Database;
  readonly dataDir: string;
  /** Lines of the log, as JSON text. */
  readonly log: readonly string[];
  /** How many times the database was asked since this was asked last. */
  takeStatements(): number;
  newSite(): Promise<Site>;
  newAgent(
    memberships: readonly { siteId: number; role?: AgentRole }[],
  ): Promise<{ id: number; email: string; password: string }>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Environment;
  readonly clock?: Clock;
  readonly recheckInterval_ms?: number;
  readonly colleaguesInterval_ms?: number;
}

let agentsMade = 0;

/** The real server on a free port, over a real database, with every answer held to its schema. */
export async function startServer(
  databases: TestDatabases,
  {
    env = {},
    clock = { now_ms: () => Date.now() },
    recheckInterval_ms = 30_000,
    // Agents that a test makes beside the server are no news that another test would hear.
    colleaguesInterval_ms = 3_600_000,
  }: StartOptions = {},
): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-server-'));
  const log: string[] = [];
  const logger = createLogger('debug', { write: (line) => log.push(line) });
  const config = configFrom({
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    RATE_LIMITS: 'off',
    PARLEY_SITE_TOKEN: SITE_TOKEN,
    PARLEY_ADMIN_EMAIL: OWNER.email,
    PARLEY_ADMIN_PASSWORD: OWNER.password,
    ...env,
  });
  const counted = countStatements(await databases.open());
  const { database } = counted;
  const server = await compose({
    builds: await buildFolders(dataDir),
    config,
    logger,
    clock,
    version: 'test',
    checkAnswers: true,
    recheckInterval_ms,
    colleaguesInterval_ms,
    openDatabase: () => Promise.resolve(database),
  }).catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const random = { token: () => crypto.randomUUID() };
  const sites = createSiteCommands({ database, clock, random });
  const agents = createAgentCommands({ database, clock, random });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    server,
    database,
    dataDir,
    log,
    takeStatements: counted.take,
    newSite: () => sites.createSite({ name: 'Another site' }),
    async newAgent(memberships) {
      const email = `agent-${++agentsMade}@agents.example`;
      const password = 'the password of an agent';
      const { id } = await agents.createAgent({ name: `Agent ${agentsMade}`, email, password });
      for (const { siteId, role = 'agent' } of memberships) {
        await agents.addMembership({ siteId, agentId: id, role });
      }
      return { id, email, password };
    },
    async stop() {
      await server.stop(1_000);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Folders such as Vite makes, so that no test needs a build. */
async function buildFolders(folder: string): Promise<Builds> {
  const widget = join(folder, 'widget');
  const dashboard = join(folder, 'dashboard');
  await mkdir(join(widget, 'assets'), { recursive: true });
  await mkdir(join(dashboard, 'assets'), { recursive: true });
  const files: readonly [string, string][] = [
    [join(widget, 'chatbot-widget.js'), '/* loader */'],
    [join(widget, 'panel.html'), '<!doctype html><title>Panel</title>'],
    [join(widget, 'assets', 'panel-Ab3dE6gH.js'), '/* panel */'],
    [join(dashboard, 'index.html'), '<!doctype html><title>Dashboard</title>'],
    [join(dashboard, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    [join(dashboard, 'assets', 'index-Ab3dE6gH.css'), 'body{}'],
  ];
  await Promise.all(files.map(([path, content]) => writeFile(path, content)));
  return { widget, dashboard };
}

/** Of what follows a message in its own time: nobody's request. */
const LATER = new Set<unknown>([indexMessages, settleIndex]);

function countStatements(database: Database): { database: Database; take: () => number } {
  let count = 0;
  return {
    database: databaseWith(database, {
      write: (transaction, input) => {
        if (!LATER.has(transaction)) count += 1;
        return database.write(transaction, input);
      },
      snapshot: (transaction, input) => {
        count += 1;
        return database.snapshot(transaction, input);
      },
      query: (query) => {
        count += 1;
        return database.query(query);
      },
    }),
    take: () => {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}
