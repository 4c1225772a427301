// What one would write by hand on `ws`: rooms, `client.send` for each subscriber, no compression.
// A client is greeted, asks for a channel and is told that it has it, as by the Pusher protocol.
import { WebSocketServer, type WebSocket } from 'ws';
import { createPublishEndpoint, portArgument } from './publish-endpoint.ts';

const rooms = new Map<string, Set<WebSocket>>();

const http = createPublishEndpoint((channel, message) => {
  // A Buffer, so that `ws` need not encode the text anew for each.
  for (const client of rooms.get(channel) ?? []) client.send(message, { binary: false });
});
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
let connections = 0;

server.on('connection', (client) => {
  const joined = new Set<string>();
  connections += 1;
  client.send(JSON.stringify({ event: 'welcome', id: connections }));
  client.on('message', (data: Buffer) => {
    const { event, channel } = JSON.parse(data.toString()) as { event: string; channel: string };
    if (event !== 'subscribe') return;
    let room = rooms.get(channel);
    if (!room) {
      room = new Set();
      rooms.set(channel, room);
    }
    room.add(client);
    joined.add(channel);
    client.send(JSON.stringify({ event: 'subscribed', channel }));
  });
  client.on('close', () => {
    for (const channel of joined) {
      const room = rooms.get(channel);
      room?.delete(client);
      if (room?.size === 0) rooms.delete(channel);
    }
  });
  client.on('error', () => client.terminate());
});

http.listen({ port: portArgument(), host: '127.0.0.1', backlog: 4096 });
