import type { Call } from './call.ts';
import { getChannel } from './get-channel.ts';
import { getChannelUsers } from './get-channel-users.ts';
import { getChannels } from './get-channels.ts';
import { getConnections } from './get-connections.ts';
import { HttpError } from './http-error.ts';
import { postBatchEvents } from './post-batch-events.ts';
import { postEvents } from './post-events.ts';
import { postTerminateConnections } from './post-terminate-connections.ts';

export interface Route {
  method: 'GET' | 'POST';
  /** What follows `/apps/ID/`, segment by segment; `*` is one name. */
  path: readonly string[];
  /** @returns what becomes the JSON of a 200. @throws HttpError for any other answer */
  handle: (call: Call) => object;
}

/** PP-8: all that the HTTP API can do. The first is what it does most. */
const ROUTES: readonly Route[] = [
  { method: 'POST', path: ['events'], handle: postEvents },
  { method: 'POST', path: ['batch_events'], handle: postBatchEvents },
  { method: 'GET', path: ['channels'], handle: getChannels },
  { method: 'GET', path: ['channels', '*'], handle: getChannel },
  { method: 'GET', path: ['channels', '*', 'users'], handle: getChannelUsers },
  {
    method: 'POST',
    path: ['users', '*', 'terminate_connections'],
    handle: postTerminateConnections,
  },
  { method: 'GET', path: ['connections'], handle: getConnections },
];

/** `/apps/:app/channels/:name`: of the table of routes, never of the path that was asked for. */
export function templateOf({ path }: Route): string {
  return `/apps/:app/${path.join('/').replace('*', ':name')}`;
}

export interface Match {
  route: Route;
  /** Decoded once: what is still escaped after that is part of the name. */
  name: string;
}

/**
 * @param segments of the path after `/apps/ID/`, as they were sent
 * @throws HttpError 404 for a path that is none, 405 for a method that it does not take
 */
export function findRoute(method: string, segments: readonly string[]): Match {
  let isPath = false;
  for (const route of ROUTES) {
    if (!fits(route.path, segments)) continue;
    if (route.method === method) return { route, name: nameIn(route.path, segments) };
    isPath = true;
  }
  if (isPath) throw new HttpError(405, 'This path takes another method');
  throw new HttpError(404, 'There is nothing at this path');
}

function fits(path: readonly string[], segments: readonly string[]): boolean {
  if (path.length !== segments.length) return false;
  return path.every((part, i) => (part === '*' ? segments[i] !== '' : part === segments[i]));
}

function nameIn(path: readonly string[], segments: readonly string[]): string {
  const at = path.indexOf('*');
  const segment = at === -1 ? undefined : segments[at];
  if (segment === undefined) return '';
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new HttpError(400, 'The path is not percent-encoded UTF-8', { cause: error });
  }
}
