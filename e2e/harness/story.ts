// `test` of the stories: a stage with servers, proxies and people on it, cleared after each story.
import { type BrowserContextOptions, type Page, test as base } from '@playwright/test';
import {
  type Person,
  type VisitorPerson,
  openFirstConversation,
  openVisitor,
  signInAgent,
} from './people.ts';
import { type Proxy, type ProxyMode, startProxy } from './proxy.ts';
import { type LiveServer, type ServerOptions, startRealtime, startServer } from './server.ts';
import { type Website, type WebsiteOptions, startWebsite } from './website.ts';

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

export const test = base.extend<{ stage: Stage }>({
  stage: async ({ browser }, use, testInfo) => {
    const servers: LiveServer[] = [];
    const proxies: Proxy[] = [];
    const websites: Website[] = [];
    const pages: Page[] = [];

    async function newPage(options?: BrowserContextOptions): Promise<Page> {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      pages.push(page);
      return page;
    }

    function keep(server: LiveServer): LiveServer {
      servers.push(server);
      return server;
    }

    await use({
      server: async (options) => keep(await startServer(options)),
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
  },
});

export { expect } from '@playwright/test';
