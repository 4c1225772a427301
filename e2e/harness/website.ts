// A website of somebody else: another origin than the server's.
import { createServer } from 'node:http';

export interface Website {
  readonly url: string;
  close(): Promise<void>;
}

export interface WebsiteOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** By path, what else there is beside the page, which stands at every other path. */
  readonly files?: Readonly<Record<string, WebsiteFile>>;
}

export interface WebsiteFile {
  readonly type: string;
  /** Null: 404. */
  readonly body: () => string | null;
}

export async function startWebsite(
  html: string,
  { headers = {}, files = {} }: WebsiteOptions = {},
): Promise<Website> {
  const page: WebsiteFile = { type: 'text/html; charset=utf-8', body: () => html };
  const server = createServer(({ url = '/' }, response) => {
    const { type, body } = files[new URL(url, 'http://website').pathname] ?? page;
    const content = body();
    response.writeHead(content === null ? 404 : 200, { 'content-type': type, ...headers });
    response.end(content ?? '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    // Another host as well as another port: cookies know no ports.
    url: `http://localhost:${address.port}`,
    async close() {
      const closed = new Promise<unknown>((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
