// A website of somebody else: another origin than the server's.
import { createServer } from 'node:http';

export interface Website {
  readonly url: string;
  close(): Promise<void>;
}

export async function startWebsite(
  html: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Website> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html);
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
