// `test` of the stories: a stage with servers, proxies and people on it, cleared after each story.
import { createHash } from 'node:crypto';
import {
  type BrowserContextOptions,
  type Page,
  type TestInfo,
  test as base,
} from '@playwright/test';
import {
  type Person,
  type VisitorPerson,
  openFirstConversation,
  openVisitor,
  signInAgent,
} from './people.ts';
import { type OwnDatabase, createDatabase } from './postgres.ts';
import { type Proxy, type ProxyMode, startProxy } from './proxy.ts';
import { type LiveServer, type ServerOptions, startRealtime, startServer } from './server.ts';
import { postgresOfStories } from './warm-up.ts';
import { type Website, type WebsiteOptions, startWebsite } from './website.ts';

/**
 * What the servers of a story stand on. `either`: of the stories that ask most of the database, the
 * dashboard's and isolation, one half stands on each, always the same; all others on SQLite. `npm test`
 * has no time for both.
 */
export interface StoryOptions {
  readonly database: 'sqlite' | 'postgres' | 'either';
}

export interface Stage {
  server(options?: ServerOptions): Promise<LiveServer>;
  realtime(env: Readonly<Record<string, string>>): Promise<LiveServer>;
  proxy(target: LiveServer, mode?: ProxyMode): Promise<Proxy>;
  website(html: string, options?: WebsiteOptions): Promise<Website>;
  /** A browser of its own: cookies and storage of no other. */
  browser(options?: BrowserContextOptions): Promise<Page>;
  /**
   * A visitor who has written `hello from the visitor`, and an agent who has opened the
   * conversation. Their addresses may differ: each can come through a proxy of its own.
   */
  conversation(
    visitorUrl: string,
    agentUrl?: string,
    options?: BrowserContextOptions,
  ): Promise<Conversation>;
}

export interface Conversation {
  readonly visitor: VisitorPerson;
  readonly agent: Person;
}

export const firstMessage = 'hello from the visitor';

export const test = base.extend<{ stage: Stage } & StoryOptions>({
  database: ['either', { option: true }],
  stage: async ({ browser, database }, use, testInfo) => {
    const postgres = postgresOfStories();
    const either = postgres === null ? 'sqlite' : halfOf(testInfo);
    const isOnPostgres = (database === 'either' ? either : database) === 'postgres';
    testInfo.annotations.push({
      type: 'database',
      description: isOnPostgres ? 'PostgreSQL' : 'SQLite',
    });
    const servers: LiveServer[] = [];
    const databases: OwnDatabase[] = [];
    const proxies: Proxy[] = [];
    const websites: Website[] = [];
    const pages: Page[] = [];

    async function newPage(options?: BrowserContextOptions): Promise<Page> {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      pages.push(page);
      return page;
    }

    async function newServer(options: ServerOptions = {}): Promise<LiveServer> {
      if (!isOnPostgres) return startServer(options);
      if (postgres === null) throw new Error('There is no PostgreSQL');
      const own = await createDatabase(postgres);
      databases.push(own);
      return startServer({ ...options, databaseUrl: own.url });
    }

    function keep(server: LiveServer): LiveServer {
      servers.push(server);
      return server;
    }

    await use({
      server: async (options) => keep(await newServer(options)),
      realtime: async (env) => keep(await startRealtime(env)),
      browser: newPage,
      async website(html, options) {
        const website = await startWebsite(html, options);
        websites.push(website);
        return website;
      },
      async proxy(target, mode) {
        const proxy = await startProxy({
          targetPort: target.port,
          ...(mode === undefined ? {} : { mode }),
        });
        proxies.push(proxy);
        return proxy;
      },
      async conversation(visitorUrl, agentUrl = visitorUrl, options) {
        const visitor = await openVisitor(await newPage(options), visitorUrl);
        await visitor.say(firstMessage);
        const agentPage = await newPage(options);
        await signInAgent(agentPage, agentUrl);
        return { visitor, agent: await openFirstConversation(agentPage) };
      },
    });

    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const page of pages) await page.context().close();
    for (const site of [...proxies, ...websites]) await site.close();
    for (const [index, server] of servers.entries()) {
      await server.dispose();
      if (failed) {
        await testInfo.attach(`server ${index + 1}`, {
          body: server.output(),
          contentType: 'text/plain',
        });
      }
    }
    for (const own of databases) await own.discard();
  },
});

const asksMuch = /^(?:dashboard-|isolation)/;

/** By its name, so that it is the same on each machine and whatever else is run. */
function halfOf({ titlePath }: TestInfo): 'sqlite' | 'postgres' {
  if (!asksMuch.test(titlePath[0] ?? '')) return 'sqlite';
  const [first = 0] = createHash('sha256').update(titlePath.join('\n')).digest();
  return first % 2 === 0 ? 'sqlite' : 'postgres';
}

export { expect } from '@playwright/test';
