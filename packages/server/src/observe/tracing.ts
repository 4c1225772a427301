import type { Span, Tracer } from '@opentelemetry/api';
import type { Database } from '../database/database.ts';
import type { JobHandler } from '../job/job.worker.ts';

/** Spans of what the server does itself; those of its requests are made by the SDK that was loaded before. */
export interface Tracing {
  /** A span for each transaction that writes: a command, within the request or the job that asks. */
  database(database: Database): Database;
  /** A span for each attempt at a job. */
  jobs(handlers: Readonly<Record<string, JobHandler>>): Readonly<Record<string, JobHandler>>;
}

/** Where the API of OpenTelemetry keeps what an SDK registered. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** Null where no SDK was loaded (`node --import …`): then nothing is done, and no library loaded. */
export async function findTracing(): Promise<Tracing | null> {
  if (!(REGISTERED in globalThis)) return null;
  const { SpanStatusCode, trace } = await import('@opentelemetry/api');
  const tracer: Tracer = trace.getTracer('parley');
  const within = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    tracer.startActiveSpan(name, async (span: Span) => {
      try {
        return await work();
      } catch (error) {
        // Its kind alone: what it says may hold what somebody wrote.
        const message = error instanceof Error ? error.name : 'Error';
        span.setStatus({ code: SpanStatusCode.ERROR, message });
        throw error;
      } finally {
        span.end();
      }
    });
  return {
    database: (database) => ({
      sql: database.sql,
      write: (transaction, input) =>
        within(`command ${transaction.name}`, () => database.write(transaction, input)),
      snapshot: (transaction, input) => database.snapshot(transaction, input),
      query: (query) => database.query(query),
      onUnsaid: (listener) => {
        database.onUnsaid(listener);
      },
      ping: () => database.ping(),
      close: () => database.close(),
    }),
    jobs: (handlers) =>
      Object.fromEntries(
        Object.entries(handlers).map(([kind, handle]) => [
          kind,
          (payload, attempt) => within(`job ${kind}`, () => handle(payload, attempt)),
        ]),
      ),
  };
}
