import { createServer, type Server } from 'node:http';

/** As nginx is told here. On a busy machine, a publisher can wait for seconds until all have its last. */
const KEEP_ALIVE_MS = 3_600_000;

/** `POST /pub/CHANNEL`, as of nchan, for the libraries that bring no way to publish from outside. */
export function createPublishEndpoint(publish: (channel: string, message: Buffer) => void): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const [, channel] = /^\/pub\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || channel === undefined) {
      response.writeHead(404, { 'content-length': 0 }).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      publish(channel, Buffer.concat(chunks));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 });
      response.end('{}');
    });
  });
}

/** The port that run.ts gives. */
export function portArgument(): number {
  const port = Number(process.argv[2]);
  if (!Number.isInteger(port) || port <= 0) throw new Error('usage: SERVER PORT');
  return port;
}
