// Where in a trace something happens, for those who know nothing of traces: log lines, jobs, calls to others.

/** As W3C Trace Context writes them: 32 and 16 hexadecimal digits, and 8 bits. */
export interface TracePlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
}

/** What an SDK of OpenTelemetry, where one was loaded, is asked for all over the process. */
export interface TraceSource {
  /** Null: nothing is traced here. */
  place(): TracePlace | null;
  readonly outside: Outside;
}

/**
 * Calls somebody else, in a span of its own, of which no library notes anything.
 *
 * @param name from the code, for it is kept
 * @param work given what tells the other side where it stands
 * @param faultOf what went wrong, in a word of ours, where that is told by what it resolves to
 */
type Outside = <T>(
  name: string,
  work: (headers: TraceHeaders) => Promise<T>,
  faultOf?: (result: T) => string | null,
) => Promise<T>;

/** For the head of a request: none, or `traceparent`. */
export type TraceHeaders = Readonly<Record<string, string>>;

const NO_HEADERS: TraceHeaders = {};

let source: TraceSource | null = null;

/** From now on: the API of OpenTelemetry is one for the whole process, and so is this. */
export function traceBy(found: TraceSource): void {
  source = found;
}

export function currentPlace(): TracePlace | null {
  return source === null ? null : source.place();
}

/** Calls somebody else, within a span where anything is traced. */
export const outside: Outside = (name, work, faultOf) =>
  source === null ? work(NO_HEADERS) : source.outside(name, work, faultOf);

/** https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceparentOf(place: TracePlace): string {
  return `00-${place.traceId}-${place.spanId}-${flagsOf(place)}`;
}

/** Two hexadecimal digits. */
export function flagsOf({ flags }: TracePlace): string {
  return flags.toString(16).padStart(2, '0');
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Null for what {@link traceparentOf} did not write. */
export function placeFrom(traceparent: string): TracePlace | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}
