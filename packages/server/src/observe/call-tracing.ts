import type { IncomingMessage } from 'node:http';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import type { CallWatch, PlainCall } from '@parley/realtime';
import { REDACTED, safePath } from './safe-path.ts';

type Api = typeof OpenTelemetry;

type Call = Pick<PlainCall, 'method' | 'url' | 'headers'>;

/** A call of which it is known who answers it. */
interface TracedCall extends Call {
  /** Its template, from the code. */
  readonly route: string;
  /** By `performance.now()`. */
  readonly began_ms: number;
}

/**
 * Spans of what came in: each call has one, the SDK's own or, where it is answered straight from its
 * connection so that no library sees a request, one of ours; never both.
 */
export interface CallTracing extends CallWatch {
  /** Has a call answered, in its own time, of which Node's HTTP server never hears. */
  readonly answerLater: <T extends { readonly status: number }>(
    call: TracedCall,
    work: () => Promise<T>,
  ) => Promise<T>;
}

/**
 * What instrumentations of HTTP note of a request by itself, under its names of today and of before: the
 * query has signatures and cursors, a path may hold an address or a file's name, and who has which
 * address is nobody's business.
 */
const PRIVATE = ['url.path', 'client.address', 'network.peer.address'] as const;
const PRIVATE_QUERY = 'url.query';
const PRIVATE_BEFORE = ['http.target', 'http.url', 'http.client_ip', 'net.peer.ip', 'url.full'];

/** Where the SDK's instrumentation of HTTP looks for the route, which names its span and its figures. */
const RPC_METADATA = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');

export function createCallTracing(api: Api, tracer: Tracer): CallTracing {
  const { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const spans = new WeakMap<IncomingMessage, Span>();
  const begin = ({ method, headers }: Call, began_ms: number) => {
    const from = propagation.extract(ROOT_CONTEXT, headers, HEADERS);
    const options: SpanOptions = {
      kind: SpanKind.SERVER,
      startTime: performance.timeOrigin + began_ms,
      attributes: {
        'http.request.method': method,
        'url.path': REDACTED,
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
      },
    };
    const span = tracer.startSpan(method, options, from);
    return { span, within: trace.setSpan(from, span) };
  };
  const end = (span: Span, status: number): void => {
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) {
      span.setAttribute('error.type', String(status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  };
  return {
    seen(request) {
      const span = trace.getActiveSpan();
      if (span === undefined) return;
      spans.set(request, span);
      redact(span, request.url?.includes('?') === true);
    },
    routed(request, route) {
      const span = spans.get(request);
      if (span === undefined) return;
      const { method = '', url = '' } = request;
      nameByRoute(span, { method, url }, route);
      noteRoute(context.active(), route);
    },
    answer(call, work) {
      const { span, within } = begin(call, performance.now());
      const routed = (route: string): void => {
        nameByRoute(span, call, route);
      };
      const answer = context.with(within, () => work(routed));
      end(span, answer.status);
      return answer;
    },
    async answerLater(call, work) {
      const { span, within } = begin(call, call.began_ms);
      nameByRoute(span, call, call.route);
      try {
        const answer = await context.with(within, work);
        end(span, answer.status);
        return answer;
      } catch (error) {
        end(span, 500);
        throw error;
      }
    },
  };
}

function nameByRoute(
  span: Span,
  { method, url }: Pick<Call, 'method' | 'url'>,
  route: string,
): void {
  span.setAttribute('http.route', route);
  span.setAttribute('url.path', safePath(url, route));
  span.updateName(`${method} ${route}`);
}

const HEADERS = {
  get: (headers: ReadonlyMap<string, string>, name: string) => headers.get(name),
  keys: (headers: ReadonlyMap<string, string>) => [...headers.keys()],
};

function redact(span: Span, hasQuery: boolean): void {
  for (const name of PRIVATE) span.setAttribute(name, REDACTED);
  if (hasQuery) span.setAttribute(PRIVATE_QUERY, REDACTED);
  // Spans of an SDK show what they hold; one that has none of these need not get them.
  const { attributes } = span as { attributes?: Readonly<Record<string, unknown>> };
  for (const name of PRIVATE_BEFORE) {
    if (attributes?.[name] !== undefined) span.setAttribute(name, REDACTED);
  }
}

function noteRoute(active: Context, route: string): void {
  const metadata = active.getValue(RPC_METADATA);
  if (typeof metadata === 'object' && metadata !== null) Object.assign(metadata, { route });
}
