import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RealtimeServer } from '../realtime.ts';

export interface HostServer {
  port: number;
  http: Server;
  /** May be changed for another while the port stays. */
  realtime: RealtimeServer;
}

/** Another HTTP server, with pages of its own, that a realtime server is embedded in. */
export async function startHost(realtime: RealtimeServer): Promise<HostServer> {
  const http = createServer((req, res) => {
    if (!host.realtime.handleRequest(req, res)) res.end('page of the host');
  });
  http.on('upgrade', (req, socket, head) => {
    if (host.realtime.handleUpgrade(req, socket, head)) return;
    socket.end('HTTP/1.1 418 Of The Host\r\nConnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const host: HostServer = { port: (http.address() as AddressInfo).port, http, realtime };
  onTestFinished(async () => {
    await host.realtime.close();
    http.closeAllConnections();
    await new Promise((resolve) => {
      http.close(resolve);
    });
  });
  return host;
}
