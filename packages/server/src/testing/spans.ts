// What an SDK of OpenTelemetry does with the API, as far as the server counts on it: spans that are kept,
// the context over `await`, `traceparent` in and out, and Node's requests seen by themselves.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type SpanOptions,
  type SpanStatus,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';

const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A span that has ended. */
export interface KeptSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null: it began the trace. */
  readonly parentId: string | null;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  /** Whether it was made by what sees Node's requests. */
  readonly isOfNode: boolean;
}

export interface SpanRecorder {
  readonly ended: readonly KeptSpan[];
  named(name: string): KeptSpan[];
  clear(): void;
  stop(): void;
}

/** Registers it for the whole process, as loading an SDK before the server does. */
export function recordSpans(): SpanRecorder {
  const ended: KeptSpan[] = [];
  const active = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => active.getStore() ?? ROOT_CONTEXT,
    with: (of, work, self, ...args) => active.run(of, () => work.apply(self, args)),
    bind: (_of, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  propagation.setGlobalPropagator({
    inject: () => undefined,
    extract(into, carrier, getter) {
      const text = getter.get(carrier, 'traceparent');
      const [, traceId, spanId, flags] = TRACEPARENT.exec(String(text)) ?? [];
      if (traceId === undefined || spanId === undefined || flags === undefined) return into;
      const traceFlags = Number.parseInt(flags, 16);
      return trace.setSpanContext(into, { traceId, spanId, traceFlags, isRemote: true });
    },
    fields: () => ['traceparent'],
  });
  const tracerOf = (isOfNode: boolean): Tracer =>
    tracer((span) => ended.push({ ...span, isOfNode }));
  trace.setGlobalTracerProvider({ getTracer: () => tracerOf(false) });
  const unseeRequests = seeRequests(tracerOf(true));
  return {
    ended,
    named: (name) => ended.filter((span) => span.name === name),
    clear() {
      ended.length = 0;
    },
    stop() {
      unseeRequests();
      for (const part of [trace, context, propagation]) part.disable();
    },
  };
}

function tracer(keep: (span: Omit<KeptSpan, 'isOfNode'>) => void): Tracer {
  const startSpan = (
    name: string,
    options: SpanOptions = {},
    of: Context = context.active(),
  ): Span => {
    if (of.getValue(SUPPRESSED) === true) {
      return trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: TraceFlags.NONE });
    }
    return recordingSpan(name, options, trace.getSpanContext(of), keep);
  };
  type Work = (span: Span) => unknown;
  const startActiveSpan = (name: string, options: SpanOptions, of: Context, work: Work) => {
    const span = startSpan(name, options, of);
    return context.with(trace.setSpan(of, span), () => work(span));
  };
  return { startSpan, startActiveSpan: startActiveSpan as Tracer['startActiveSpan'] };
}

function recordingSpan(
  begunAs: string,
  { kind = SpanKind.INTERNAL, attributes: begunWith = {} }: SpanOptions,
  parent: SpanContext | undefined,
  keep: (span: Omit<KeptSpan, 'isOfNode'>) => void,
): Span {
  const place: SpanContext = {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.SAMPLED,
  };
  const attributes = { ...begunWith };
  let name = begunAs;
  let status: SpanStatus = { code: SpanStatusCode.UNSET };
  const span = Object.assign(trace.wrapSpanContext(place), { attributes });
  return Object.assign(span, {
    isRecording: () => true,
    setAttribute(key: string, value: Attributes[string]) {
      attributes[key] = value;
      return span;
    },
    updateName(to: string) {
      name = to;
      return span;
    },
    setStatus(to: SpanStatus) {
      status = to;
      return span;
    },
    end() {
      const parentId = parent?.spanId ?? null;
      const { traceId, spanId } = place;
      keep({ name, kind: SpanKind[kind], traceId, spanId, parentId, attributes, status });
    },
  });
}

/** Notes of each request that Node reads what the SDK's instrumentation of HTTP notes. */
function seeRequests(of: Tracer): () => void {
  const plain = Object.getOwnPropertyDescriptor(Server.prototype, 'emit');
  function emit(this: Server, event: string, ...args: unknown[]): boolean {
    const go = (): boolean => EventEmitter.prototype.emit.apply(this, [event, ...args]);
    if (event !== 'request') return go();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const from = propagation.extract(ROOT_CONTEXT, request.headers);
    const options = { kind: SpanKind.SERVER, attributes: notedOf(request) };
    const span = of.startSpan(request.method ?? '', options, from);
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      span.end();
    });
    return context.with(trace.setSpan(from, span), go);
  }
  Object.defineProperty(Server.prototype, 'emit', {
    value: emit,
    configurable: true,
    writable: true,
  });
  return () => {
    if (plain === undefined) Reflect.deleteProperty(Server.prototype, 'emit');
    else Object.defineProperty(Server.prototype, 'emit', plain);
  };
}

function notedOf({ url = '', headers, socket }: IncomingMessage): Attributes {
  const [path = '', query] = url.split('?', 2);
  const { remoteAddress = '' } = socket;
  return {
    'url.path': path,
    ...(query !== undefined && { 'url.query': query }),
    'http.target': url,
    'client.address': String(headers['x-forwarded-for'] ?? remoteAddress),
    'network.peer.address': remoteAddress,
  };
}
