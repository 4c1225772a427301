import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isNavigation } from './navigation.ts';

type Headers = ReturnType<FastifyReply['getHeaders']>;

/** What matters to data: that no browser takes it for a document, a script, or part of another page. */
const OF_DATA = [
  'content-security-policy',
  'cross-origin-resource-policy',
  'x-content-type-options',
] as const;

/** Headers that protect: all of them on what may be a page, few on data, of which there is more. */
/** @returns those of data */
export async function protect(app: FastifyInstance): Promise<Partial<Headers>> {
  const ofPages = await askHelmet();
  const ofData = Object.fromEntries(OF_DATA.map((name) => [name, ofPages[name]]));
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(isForData(request) ? ofData : ofPages);
    done();
  });
  return ofData;
}

/** Whoever has a token or a login gets data, unless a browser goes there to show it. */
function isForData(request: FastifyRequest): boolean {
  switch (request.routeOptions.config.access) {
    case 'site':
    case 'visitor':
      return true;
    case 'agent':
    case 'visitor-or-agent':
      return !isNavigation(request);
    default:
      return false;
  }
}

/** Once, for it makes the same headers anew for each request. Pages bring their own policy. */
async function askHelmet(): Promise<Headers> {
  const app = Fastify();
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // The widget's frame stands in foreign pages; `frame-ancestors` decides in which.
    xFrameOptions: false,
    // That a whole domain is for TLS only is its owner's to say, in the proxy that ends TLS.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
  const asked = Promise.withResolvers<Headers>();
  app.get('/', (_request, reply) => {
    asked.resolve(reply.getHeaders());
    return '';
  });
  await app.inject('/');
  await app.close();
  return asked.promise;
}
