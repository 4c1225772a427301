import { isUtf8 } from 'node:buffer';
import type { App } from '../channel/app.ts';
import type { Broadcast } from '../cluster/bus.ts';
import { parseJson } from '../wire/json.ts';
import { HttpError } from './http-error.ts';
import type { SignedQuery } from './request-signature.ts';

/** A call whose signature fits, as a route sees it. */
export interface Call {
  app: App;
  /** What stands in the path in place of a route's `*`, decoded; empty for a route without. */
  name: string;
  query: SignedQuery;
  body: Buffer;
  /** To the subscribers on all nodes. */
  publish: (broadcast: Broadcast) => void;
  /** Closes the connections of a signed-in user, on all nodes. */
  terminateUser: (appId: string, userId: string) => void;
}

/**
 * The body as JSON, whatever the Content-Type says: SDKs differ in it, and the digest covers it.
 *
 * @returns undefined where it is none
 * @throws HttpError 400 for bytes that are no text
 */
export function bodyJson({ body }: Call): unknown {
  if (!isUtf8(body)) throw new HttpError(400, 'The body must be UTF-8');
  return parseJson(body.toString('utf8'));
}
