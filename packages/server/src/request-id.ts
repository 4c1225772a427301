import { AsyncLocalStorage } from 'node:async_hooks';
import { currentPlace, placeFrom, type TracePlace, traceparentOf } from './current-trace.ts';

const requests = new AsyncLocalStorage<string | null>();

/** Does the work for this request, and all that comes of it: its lines in the log and its jobs name it. */
export function forRequest<T>(id: string | null, work: () => T): T {
  return requests.run(id, work);
}

/** The request that is worked for, in its own time or by a job that it made; null: none. */
export function currentRequest(): string | null {
  return requests.getStore() ?? null;
}

/** What a job comes of. */
export interface Origin {
  /** Which made it, itself or by another job; null: none did. */
  readonly requestId: string | null;
  /** Where it was made; null: that was in no trace. */
  readonly place: TracePlace | null;
}

/** One text of both, to be kept with a job: the id of the request, and where it is traced a space and `traceparent`. */
export function currentOrigin(): string | null {
  const id = currentRequest();
  const place = currentPlace();
  return place === null ? id : `${id ?? ''} ${traceparentOf(place)}`;
}

/** Of a text that {@link currentOrigin} made. */
export function originFrom(text: string | null): Origin {
  const [id = '', traceparent] = text?.split(' ', 2) ?? [];
  return {
    requestId: id === '' ? null : id,
    place: traceparent === undefined ? null : placeFrom(traceparent),
  };
}
