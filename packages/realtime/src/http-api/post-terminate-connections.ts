import type { Call } from './call.ts';

/**
 * `POST users/ID/terminate_connections`: ends the connections of a signed-in user on all nodes.
 * That there are none is no error: they may just have gone.
 */
export function postTerminateConnections({ app, name, terminateUser }: Call): object {
  terminateUser(app.id, name);
  return {};
}
