import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { App } from '../channel/app.ts';
import type { Broadcast } from '../cluster/bus.ts';
import type { RealtimeLogger } from '../options.ts';
import { CallCounts } from './call-counts.ts';
import { readBody } from './http-body.ts';
import { HttpError } from './http-error.ts';
import { findSignatureFault, isBodyDigest, type SignedQuery } from './request-signature.ts';
import { splitUrl } from './request-url.ts';
import type { PlainCall } from './plain-call.ts';
import { findRoute, type Match, type Route, templateOf } from './routes.ts';
import { parseSignedQuery } from './signed-query.ts';

export interface HttpApiOptions {
  findApp: (id: string) => App | undefined;
  publish: (broadcast: Broadcast) => void;
  terminateUser: (appId: string, userId: string) => void;
  logger: RealtimeLogger;
  requestBodyBytesMax: number;
  watch: CallWatch | undefined;
}

/** What goes back to the caller. */
export interface Answer {
  status: number;
  /** JSON with 200; with any other status words for people, as plain text like Pusher's. */
  body: string;
  /** Lines of the head, each with its end; default: the content type alone. */
  headers?: string;
}

/** Whoever traces calls of the HTTP API. */
export interface CallWatch {
  /** Sees a request that Node read, before anybody else: only where the server listens by itself. */
  seen: (request: IncomingMessage) => void;
  /** By which route it is answered: a template such as `/apps/:app/channels/:name`. */
  routed: (request: IncomingMessage, route: string) => void;
  /** Has a call answered, at once, of which Node's HTTP server never hears. */
  answer: (call: PlainCall, work: (routed: (route: string) => void) => Answer) => Answer;
}

/** A call of which all but the body is known, and right. */
export interface Admission extends Match {
  app: App;
  query: SignedQuery;
}

/**
 * PP-8: the HTTP API by which an application's backend publishes and asks. {@link admit} and
 * {@link answer} are the whole of it; {@link handleRequest} is how node:http comes to them,
 * {@link call} how a request that is already read does.
 */
export class HttpApi {
  readonly calls = new CallCounts();
  readonly #options: HttpApiOptions;

  constructor(options: HttpApiOptions) {
    this.#options = options;
  }

  /** @returns false, the request untouched, where the path is not `/apps/…` */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '' } = request;
    if (!url.startsWith('/apps/')) return false;
    const began_ms = performance.now();
    const admission = this.admit(method, url);
    if ('status' in admission) {
      this.calls.record(null, admission.status, performance.now() - began_ms);
      refuse(response, admission);
      return true;
    }
    const count = (answer: Answer): Answer => {
      this.calls.record(admission.route, answer.status, performance.now() - began_ms);
      return answer;
    };
    this.#options.watch?.routed(request, templateOf(admission.route));
    // Only now: nobody makes us hold a body who does not know the secret.
    readBody(request, this.#options.requestBodyBytesMax, {
      whole: (body) => respond(response, count(this.answer(admission, body))),
      tooLarge: () => refuse(response, count(this.tooLarge())),
      aborted: (error) => this.#options.logger.debug({ err: error }, 'HTTP call was aborted'),
    });
    return true;
  }

  /** A call that is here whole. @returns null where the path is not `/apps/…` */
  call(call: PlainCall): Answer | null {
    if (!call.url.startsWith('/apps/')) return null;
    const { watch } = this.#options;
    if (watch === undefined) return this.#whole(call);
    return watch.answer(call, (routed) =>
      this.#whole(call, (route) => {
        routed(templateOf(route));
      }),
    );
  }

  #whole({ method, url, body }: PlainCall, routed?: (route: Route) => void): Answer {
    const began_ms = performance.now();
    const admission = this.admit(method, url);
    const isAdmitted = !('status' in admission);
    if (isAdmitted) routed?.(admission.route);
    const answer = !isAdmitted
      ? admission
      : body.length > this.#options.requestBodyBytesMax
        ? this.tooLarge()
        : this.answer(admission, body);
    const route = isAdmitted ? admission.route : null;
    this.calls.record(route, answer.status, performance.now() - began_ms);
    return answer;
  }

  /** @returns how to go on with the body, or the answer where there is no need for it */
  admit(method: string, url: string): Admission | Answer {
    try {
      const { path, search } = splitUrl(url);
      const [, , appId = '', ...segments] = path.split('/');
      // As Reverb takes it.
      if (segments.length > 1 && segments.at(-1) === '') segments.pop();
      const match = findRoute(method, segments);
      const app = this.#options.findApp(appId);
      if (!app) throw new HttpError(404, 'There is no app with this id');
      const query = parseSignedQuery(search);
      const now_s = Math.floor(Date.now() / 1000);
      const { key, secret } = app;
      const fault = findSignatureFault({ key, secret, method, path, query, now_s });
      if (fault !== null) throw new HttpError(401, fault);
      if (!app.enabled) throw new HttpError(403, 'This app is disabled');
      return { app, query, route: match.route, name: match.name };
    } catch (error) {
      return this.#failure(error);
    }
  }

  /** Does what was called for. Never throws. */
  answer({ app, name, query, route }: Admission, body: Buffer): Answer {
    try {
      if (!isBodyDigest(query, body)) throw new HttpError(401, 'Invalid body_md5');
      const { publish, terminateUser } = this.#options;
      return {
        status: 200,
        body: JSON.stringify(route.handle({ app, name, query, body, publish, terminateUser })),
      };
    } catch (error) {
      return this.#failure(error);
    }
  }

  tooLarge(): Answer {
    const message = `The body exceeds ${this.#options.requestBodyBytesMax} bytes`;
    return this.#failure(new HttpError(413, message));
  }

  #failure(error: unknown): Answer {
    if (error instanceof HttpError) return { status: error.status, body: `${error.message}\n` };
    this.#options.logger.error({ err: error }, 'HTTP call failed');
    return { status: 500, body: 'Internal error\n' };
  }
}

/** What is left of a body that nobody will read must not be taken for the next request. */
function refuse(response: ServerResponse, answer: Answer): void {
  response.shouldKeepAlive = false;
  respond(response, answer);
}

function respond(response: ServerResponse, answer: Answer): void {
  const { status, body } = answer;
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, ['content-type', contentTypeOf(answer), 'content-length', length]);
  response.end(body);
}

export function contentTypeOf({ status }: Answer): string {
  return status === 200 ? 'application/json' : 'text/plain; charset=utf-8';
}
