// Stands between a node and PostgreSQL, and can stop the world right after a commit.
import { type Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface PostgresTap {
  /** In place of the database's own address. */
  readonly url: string;
  /**
   * Resolves as soon as a transaction that carries this text is committed, and the node does not
   * know it: what PostgreSQL says is withheld for good.
   */
  committed(text: string): Promise<void>;
  close(): Promise<void>;
}

interface Watched {
  readonly text: Buffer;
  readonly tell: () => void;
}

/** ReadyForQuery, outside of a transaction: what was asked for is committed, or rolled back. */
const readyAndIdle = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
/** The tail of one packet in which a text, or this message, may begin. */
const overlap_bytes = 128;

export async function tapPostgres(databaseUrl: string): Promise<PostgresTap> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let watched: Watched | null = null;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let carries = false;
    let asked = Buffer.alloc(0);
    let said = Buffer.alloc(0);
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(socket);
      socket.setNoDelay();
      // The end of one is the end of the other.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      asked = Buffer.concat([asked, chunk]);
      if (!carries && watched !== null && asked.includes(watched.text)) {
        carries = true;
        // What was said before is about something else.
        said = Buffer.alloc(0);
      }
      asked = asked.subarray(-overlap_bytes);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      said = Buffer.concat([said, chunk]).subarray(-overlap_bytes);
      if (carries && watched !== null && said.includes(readyAndIdle)) {
        upstream.pause();
        watched.tell();
        watched = null;
        return;
      }
      client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    committed: (text) =>
      new Promise((resolve) => {
        watched = { text: Buffer.from(text), tell: resolve };
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
