import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AnswerCall } from '@parley/realtime';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import type { Config } from '../config/config.ts';
import { createAccessHook } from './access.ts';
import { blockedFrom } from './blocked.ts';
import { addressToKeep } from './client-address.ts';
import { answerSerializer } from './answer.ts';
import type { CallTracing } from '../observe/call-tracing.ts';
import type { Figures } from '../observe/figures.ts';
import { handleClientError } from './client-error.ts';
import { errorBody, handleError } from './error.ts';
import type { Identities } from './identity.ts';
import { acceptJsonOnly } from './json-body.ts';
import { createHttpServer, type Interceptor } from './listener.ts';
import { logAnswers, requestId } from './log.ts';
import { protect } from './protective-headers.ts';
import { RouteTable } from './route-table.ts';
import { trustFrom } from './trust-proxy.ts';

export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface AppOptions {
  readonly config: Pick<
    Config,
    'appUrl' | 'trustProxy' | 'limits' | 'blockedAddresses' | 'shortensAddresses'
  >;
  readonly identities: Identities;
  readonly logger: FastifyBaseLogger;
  /** What gets each request and upgrade before the API does. */
  readonly first: Interceptor;
  /** What answers calls that need none of this, given the lines of the head of each answer. */
  readonly plainCalls: (head: string) => AnswerCall;
  /** Holds every answer to its schema, exactly: for tests, for it costs time. */
  readonly checkAnswers: boolean;
  readonly figures?: Figures | undefined;
  /** Null: nothing is traced. */
  readonly tracing: CallTracing | null;
}

const EXPOSED = ['Retry-After', 'X-Request-Id'];

/** Visitors' routes answer pages of any origin; who may embed is decided by the site. */
const FOR_VISITORS = /^\/(api\/chatbot|api\/users|broadcasting)(\/|$)/;

/** As the hooks below have it for what comes from no page. */
const OF_PLAIN_ANSWERS = {
  vary: 'Origin',
  'access-control-expose-headers': EXPOSED.join(', '),
  'cache-control': 'no-store',
  'content-type': 'application/json; charset=utf-8',
};

/** Fastify with all that holds for every route, and no route. */
export async function createApp(options: AppOptions): Promise<{ app: App; routes: RouteTable }> {
  const { config, identities, logger, first, plainCalls, checkAnswers, tracing } = options;
  let answerPlain: AnswerCall = () => null;
  z.config(z.locales.en());
  const app = Fastify<Server>({
    serverFactory: (handler) =>
      createHttpServer(handler, first, {
        plain: (call, socket) => answerPlain(call, socket),
        seen: tracing?.seen,
      }),
    loggerInstance: logger,
    // Lines of our own, which hold no query (SEC-6).
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    // None for each request, which costs more than the few lines are worth: they name the request.
    childLoggerFactory: (parent) => parent,
    trustProxy: trustFrom(config.trustProxy),
    bodyLimit: config.limits.jsonBody_bytes,
    // An address in a path is up to 254 characters, each of them perhaps escaped.
    routerOptions: { maxParamLength: 800 },
    // What comes while the server stops is still answered; the connection is then closed.
    return503OnClosing: false,
    clientErrorHandler: handleClientError,
    frameworkErrors: (error, request, reply) => {
      handleError(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  const routes = new RouteTable(app);

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(answerSerializer(checkAnswers));
  app.setErrorHandler(handleError);
  answerUnknown(app, routes);
  acceptJsonOnly(app);
  logAnswers(app, options.figures);
  if (tracing !== null) traceRoutes(app, tracing);
  await app.register(cookie);
  const protection = await protect(app);
  await registerCors(app);
  app.decorateRequest('identity', null as never);
  app.decorateRequest('keptAddress', {
    getter() {
      return addressToKeep(this.ip, config.shortensAddresses);
    },
  });
  const isBlocked = blockedFrom(config.blockedAddresses);
  app.addHook('onRequest', (request, _reply, done) => {
    const error = new AppError('address_blocked', 'This server does not serve your address.');
    if (isBlocked(request.ip)) done(error);
    else done();
  });
  // What is private stays out of caches; pages and files that are not say so themselves.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onRequest', createAccessHook({ identities, appUrl: config.appUrl }));
  answerPlain = plainCalls(headOf({ ...protection, ...OF_PLAIN_ANSWERS }));
  return { app, routes };
}

function traceRoutes(app: App, tracing: CallTracing): void {
  app.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    if (routeOptions.url !== undefined) tracing.routed(raw, routeOptions.url);
    done();
  });
}

async function registerCors(app: App): Promise<void> {
  await app.register(cors, {
    delegator: (request, done) => {
      const path = request.url.split('?', 1)[0] ?? '';
      done(null, {
        origin: FOR_VISITORS.test(path),
        methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
        allowedHeaders: ['Authorization', 'Content-Type', 'Parley-Proof'],
        exposedHeaders: EXPOSED,
        credentials: false,
        maxAge: 7_200,
        strictPreflight: true,
      });
    },
  });
}

function headOf(headers: Readonly<Record<string, unknown>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join('');
}

function answerUnknown(app: App, routes: RouteTable): void {
  app.setNotFoundHandler((request, reply) => {
    const methods = routes.methodsOf(request.url.split('?', 1)[0] ?? '');
    if (methods.length === 0) {
      void reply
        .code(404)
        .send(errorBody(new AppError('not_found', 'There is nothing at this address.')));
      return;
    }
    const allow = methods.join(', ');
    const error = new AppError('method_not_allowed', `This address knows ${allow}.`);
    void reply.code(405).header('allow', allow).send(errorBody(error));
  });
}
