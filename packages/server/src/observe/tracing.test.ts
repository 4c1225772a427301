import { type Context, type Span, trace, type Tracer } from '@opentelemetry/api';
import { afterAll, expect, test } from 'vitest';
import { Unavailable } from '../job/job.ts';
import { sqliteDatabases } from '../testing/databases.ts';
import { insertJobs } from '../testing/transactions.ts';
import { findTracing } from './tracing.ts';

afterAll(() => {
  trace.disable();
});

/** What an SDK is to the API: it gets each span, and notes how it ended. */
function recorder(): { tracer: Tracer; ended: string[] } {
  const ended: string[] = [];
  const spanOf = (name: string): Span => {
    const noted = trace.wrapSpanContext({ traceId: '1', spanId: '1', traceFlags: 1 });
    let state = 'ok';
    noted.setStatus = ({ message = '' }) => {
      state = message;
      return noted;
    };
    noted.end = () => ended.push(`${name}: ${state}`);
    return noted;
  };
  type Work = (span: Span) => unknown;
  const startActiveSpan = (name: string, ...rest: readonly (object | Context | Work)[]): unknown =>
    (rest.at(-1) as Work)(spanOf(name));
  return { tracer: { startSpan: spanOf, startActiveSpan }, ended };
}

test('commands and jobs are spans where an SDK is there, and nothing is done where none is', async () => {
  expect(await findTracing()).toBeNull();
  const { tracer, ended } = recorder();
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  const tracing = await findTracing();
  if (tracing === null) throw new Error('The SDK was not found');
  const databases = await sqliteDatabases();
  const database = tracing.database(await databases.open());
  await database.write(insertJobs, { jobs: [], now_ms: 0 });
  const { mail } = tracing.jobs({
    mail: () => Promise.reject(new Unavailable('of ada@shop.example', null)),
  });
  const attempt = { attempts: 0, createdAt_ms: 0, othersDone: false };
  await expect(mail?.({}, attempt)).rejects.toThrow('ada@shop.example');
  // What failed is told by its kind, for what it says may be somebody's.
  expect(ended).toEqual(['command insertJobs: ok', 'job mail: Unavailable']);
  await database.close();
  await databases.discard();
});
