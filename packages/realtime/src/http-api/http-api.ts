import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../channel/app.ts';
import type { Broadcast } from '../cluster/bus.ts';
import { channelAccess } from '../wire/channel-name.ts';
import { parseEventRequest, type ChannelAttribute } from './event-request.ts';
import { readBody } from './http-body.ts';
import { HttpError } from './http-error.ts';
import { parseJson, type JsonObject } from '../wire/json.ts';
import type { RealtimeLogger } from '../options.ts';
import { splitUrl } from './request-url.ts';
import { findSignatureFault, isBodyDigest, type SignedQuery } from '../wire/signature.ts';

export interface HttpApiOptions {
  findApp: (id: string) => App | undefined;
  publish: (broadcast: Broadcast) => void;
  logger: RealtimeLogger;
  requestBodyBytesMax: number;
}

/** A call whose signature fits. */
interface Call {
  app: App;
  body: Buffer;
  publish: HttpApiOptions['publish'];
}

interface Route {
  method: string;
  /** What follows `/apps/ID`. */
  path: RegExp;
  handle: (call: Call) => JsonObject;
}

const ROUTES: readonly Route[] = [{ method: 'POST', path: /^\/events$/, handle: postEvents }];

const APPS_PATH = /^\/apps\/([^/]+)(\/.*)$/;

/** PP-8: the HTTP API by which an application's backend publishes. */
export class HttpApi {
  readonly #options: HttpApiOptions;

  constructor(options: HttpApiOptions) {
    this.#options = options;
  }

  /** @returns false, the request untouched, where the path is not `/apps/…` */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    if (!request.url?.startsWith('/apps/')) return false;
    this.#answer(request).then(
      (body) => respond(response, 200, body),
      (error: unknown) => this.#fail(response, error),
    );
    return true;
  }

  async #answer(request: IncomingMessage): Promise<JsonObject> {
    const { path, search } = splitUrl(request.url);
    const [, appId = '', rest = ''] = APPS_PATH.exec(path) ?? [];
    const route = findRoute(request.method ?? '', rest);
    const app = this.#options.findApp(appId);
    if (!app) throw new HttpError(404, 'There is no app with this id');
    const query = parseQuery(search);
    authenticate(app, request.method ?? '', path, query);
    // Only now: nobody makes us hold a body who does not know the secret.
    const body = await readBody(request, this.#options.requestBodyBytesMax);
    if (body === null) {
      throw new HttpError(413, `The body exceeds ${this.#options.requestBodyBytesMax} bytes`);
    }
    if (!isBodyDigest(query, body)) throw new HttpError(401, 'body_md5 does not fit the body');
    return route.handle({ app, body, publish: this.#options.publish });
  }

  #fail(response: ServerResponse, error: unknown): void {
    // What is left of a body that nobody will read must not be taken for the next request.
    response.shouldKeepAlive = false;
    if (error instanceof HttpError) {
      respond(response, error.status, { error: error.message });
      return;
    }
    if (response.destroyed) {
      this.#options.logger.debug({ err: error }, 'HTTP call was aborted');
      return;
    }
    this.#options.logger.error({ err: error }, 'HTTP call failed');
    respond(response, 500, { error: 'Internal error' });
  }
}

function findRoute(method: string, path: string): Route {
  const routes = ROUTES.filter((route) => route.path.test(path));
  if (routes.length === 0) throw new HttpError(404, 'There is nothing at this path');
  const route = routes.find((candidate) => candidate.method === method);
  if (!route) throw new HttpError(405, 'This path takes another method');
  return route;
}

/** A name that comes twice would be one thing to the signature and another to the route. */
function parseQuery(search: string): SignedQuery {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    const lowerCase = name.toLowerCase();
    if (query.has(lowerCase)) throw new HttpError(400, 'A parameter comes twice');
    query.set(lowerCase, value);
  }
  return query;
}

function authenticate(app: App, method: string, path: string, query: SignedQuery): void {
  const now_s = Math.floor(Date.now() / 1000);
  const { key, secret } = app;
  const fault = findSignatureFault({ key, secret, method, path, query, now_s });
  if (fault !== null) throw new HttpError(401, fault);
}

/** `POST /apps/ID/events`: one event to up to 100 channels. */
function postEvents({ app, body, publish }: Call): JsonObject {
  const { event, info } = parseEventRequest(parseJson(decodeUtf8(body)), app.limits);
  publish({ ...event, appId: app.id });
  if (info.size === 0) return {};
  const channels = event.channels.map((name) => [name, channelInfo(app, name, info)] as const);
  return { channels: Object.fromEntries(channels) };
}

/** The attributes that were asked for and that this kind of channel has. */
function channelInfo(
  app: App,
  name: string,
  attributes: ReadonlySet<ChannelAttribute>,
): JsonObject {
  const channel = app.channels.get(name);
  const info: JsonObject = {};
  if (attributes.has('user_count') && channelAccess(name) === 'presence') {
    info['user_count'] = channel?.userCount ?? 0;
  }
  if (attributes.has('subscription_count')) {
    info['subscription_count'] = channel?.subscriptionCount ?? 0;
  }
  return info;
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw new HttpError(400, 'The body must be UTF-8', { cause: error });
  }
}

function respond(response: ServerResponse, status: number, body: JsonObject): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
