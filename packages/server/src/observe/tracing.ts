import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, SpanContext, SpanOptions, Tracer } from '@opentelemetry/api';
import type { FeedEvent } from '../broadcast/feed.ts';
import type { Publication } from '../broadcast/publication.ts';
import {
  placeFrom,
  traceBy,
  type TracePlace,
  traceparentOf,
  type TraceSource,
} from '../current-trace.ts';
import { databaseWith, type Database } from '../database/database.ts';
import type { JobHandler } from '../job/job.worker.ts';
import { type CallTracing, createCallTracing } from './call-tracing.ts';

type Api = typeof OpenTelemetry;

/** Spans of what the server does itself; those of its requests are mostly made by the SDK that was loaded before. */
export interface Tracing {
  /**
   * Starts a server of which no library makes spans by itself: what its timers and links do all day would
   * be thousands of traces of one span each. Requests and jobs begin outside of it.
   */
  unseen<T>(work: () => Promise<T>): Promise<T>;
  readonly calls: CallTracing;
  /** A span for each transaction that writes: a command, within the request or the job that asks. */
  database(database: Database): Database;
  /** A span from the commit of a command until sockets and polls of this node were given its events. */
  publishing(publish: Publish): Publish;
  /** A span of what polls of this node were given that another node published, in its trace. */
  delivering(deliver: Deliver): Deliver;
  /** A span for each attempt at a job, in the trace in which it was made. */
  jobs(handlers: Readonly<Record<string, JobHandler>>): Readonly<Record<string, JobHandler>>;
}

/** @param traceparent of who published; absent: that is not traced */
export type Deliver = (events: readonly FeedEvent[], traceparent?: string) => void;

export type Publish = (publications: readonly Publication[]) => void;

/** Where the API of OpenTelemetry keeps what an SDK registered. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');
/** By it an SDK makes no spans: those of libraries would hold addresses with tokens in them. */
const SUPPRESSED = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Null where no SDK was loaded (`node --import …`): then nothing is done, and no library loaded. */
export async function findTracing(): Promise<Tracing | null> {
  if (!(REGISTERED in globalThis)) return null;
  const api = await import('@opentelemetry/api');
  const tracer = api.trace.getTracer('parley');
  const within = withinSpans(api, tracer);
  const { commands, database } = tracedCommands(api, within);
  traceBy({
    place: () => placeOf(api, api.trace.getActiveSpan()),
    outside: outsideOf(api, within),
  });
  return {
    unseen: (work) => api.context.with(api.context.active().setValue(SUPPRESSED, true), work),
    calls: createCallTracing(api, tracer),
    database,
    publishing: (publish) => (publications) => {
      const active = api.context.active();
      const command = commands.get(active);
      const parent =
        command === undefined ? active : api.trace.setSpanContext(active, command.place);
      const options: SpanOptions = {
        kind: api.SpanKind.PRODUCER,
        attributes: { 'parley.events': publications.length },
        ...(command !== undefined && { startTime: command.committed_ms }),
      };
      const span = tracer.startSpan('publish', options, parent);
      api.context.with(api.trace.setSpan(parent, span), publish, undefined, publications);
      span.end();
    },
    delivering: (deliver) => (events, traceparent) => {
      const place = traceparent === undefined ? null : placeFrom(traceparent);
      if (place === null) {
        deliver(events);
        return;
      }
      const options: SpanOptions = {
        kind: api.SpanKind.CONSUMER,
        attributes: { 'parley.events': events.length },
      };
      const span = tracer.startSpan('deliver', options, remoteContext(api, place));
      deliver(events);
      span.end();
    },
    jobs: (handlers) =>
      Object.fromEntries(
        Object.entries(handlers).map(([kind, handle]): [string, JobHandler] => [
          kind,
          (payload, attempt) => {
            const { madeAt, attempts } = attempt;
            const parent = madeAt === null ? api.ROOT_CONTEXT : remoteContext(api, madeAt);
            const options: SpanOptions = {
              kind: api.SpanKind.CONSUMER,
              attributes: { 'parley.job.attempt': attempts + 1 },
            };
            return within(`job ${kind}`, options, parent, () => handle(payload, attempt));
          },
        ]),
      ),
  };
}

type Within = <T>(
  name: string,
  options: SpanOptions,
  parent: Context,
  work: (span: Span) => Promise<T>,
) => Promise<T>;

function withinSpans({ SpanStatusCode }: Api, tracer: Tracer): Within {
  return (name, options, parent, work) =>
    tracer.startActiveSpan(name, options, parent, async (span: Span) => {
      try {
        return await work(span);
      } catch (error) {
        // Its kind alone: what it says may hold what somebody wrote.
        const message = error instanceof Error ? error.name : 'Error';
        span.setAttribute('error.type', message);
        span.setStatus({ code: SpanStatusCode.ERROR, message });
        throw error;
      } finally {
        span.end();
      }
    });
}

/** Which command was committed last, and when it was known. */
interface Committed {
  readonly place: SpanContext;
  /** Unix milliseconds with fractions. */
  readonly committed_ms: number;
}

function tracedCommands({ context, trace }: Api, within: Within) {
  /** By the context of whoever asked, who publishes in the same. */
  const commands = new WeakMap<Context, Committed>();
  const database = (plain: Database): Database =>
    databaseWith(plain, {
      write: (transaction, input) => {
        const asking = context.active();
        // What the server does by itself, such as taking jobs, would be many traces of one span each.
        if (trace.getSpan(asking) === undefined) return plain.write(transaction, input);
        return within(`command ${transaction.name}`, {}, asking, async (span) => {
          const result = await plain.write(transaction, input);
          commands.set(asking, { place: span.spanContext(), committed_ms: now_ms() });
          return result;
        });
      },
    });
  return { commands, database };
}

/** The spans that libraries make of calls hold whole addresses, and some of these are secrets (webhooks, browsers). */
function outsideOf(api: Api, within: Within): TraceSource['outside'] {
  const { context, SpanKind, SpanStatusCode } = api;
  return (name, work, faultOf) =>
    within(name, { kind: SpanKind.CLIENT }, context.active(), async (span) => {
      const quiet = context.active().setValue(SUPPRESSED, true);
      const place = placeOf(api, span);
      const headers = { ...(place !== null && { traceparent: traceparentOf(place) }) };
      const result = await context.with(quiet, work, undefined, headers);
      const fault = faultOf?.(result) ?? null;
      if (fault !== null) {
        span.setAttribute('error.type', fault);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      return result;
    });
}

/** Null where an SDK made none, for it is off or was told to. */
function placeOf({ isSpanContextValid }: Api, span: Span | undefined): TracePlace | null {
  const place = span?.spanContext();
  if (place === undefined || !isSpanContextValid(place)) return null;
  const { traceId, spanId, traceFlags } = place;
  return { traceId, spanId, flags: traceFlags };
}

function remoteContext({ ROOT_CONTEXT, trace }: Api, place: TracePlace): Context {
  const { traceId, spanId, flags } = place;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

function now_ms(): number {
  return performance.timeOrigin + performance.now();
}
