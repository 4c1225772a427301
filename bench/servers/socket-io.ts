// Socket.IO by its own means: rooms and `io.to(room).emit`, WebSockets only, no compression.
// The client names its room as it connects, which is the least that it can say.
import { Server } from 'socket.io';
import { createPublishEndpoint, portArgument } from './publish-endpoint.ts';

const http = createPublishEndpoint((channel, message) => {
  io.to(channel).emit('message', message.toString());
});
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
});

io.on('connection', (socket) => {
  const { room } = socket.handshake.auth as { room: string };
  void socket.join(room);
});

http.listen({ port: portArgument(), host: '127.0.0.1', backlog: 4096 });
