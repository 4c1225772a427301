import type { Call } from './call.ts';

/** `GET connections`: the sockets of the app on this node. Not Pusher's; Laravel Reverb has it. */
export function getConnections({ app }: Call): object {
  return { connections: app.connections.size };
}
