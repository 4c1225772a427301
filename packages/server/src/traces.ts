import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** What the build wrote: all of it lies in one folder, beside this file. */
const BUILT = new URL('.', import.meta.url).href;
const KEPT_MS = 60_000;

let maps = new Map<string, SourceMap | null>();

/**
 * Traces of the built server name the sources. Node does that by itself (`--enable-source-maps`), but
 * then reads each map at the start and keeps it: megabytes for traces that hardly ever come. Here a map
 * is read when the first trace is, and kept for a minute: an outage brings many.
 */
if (import.meta.url.endsWith('.js')) {
  Error.prepareStackTrace = (error, frames) =>
    [headOf(error), ...frames.map((frame) => `    at ${inSources(frame)}`)].join('\n');
}

/** Whatever was thrown, also where it cannot say its name. */
function headOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}

function inSources(frame: NodeJS.CallSite): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- V8 writes the line of a trace; its type does not say so
  const text = String(frame);
  const file = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (file?.startsWith(BUILT) !== true || line === null || column === null) return text;
  const origin = mapOf(file)?.findOrigin(line, column);
  if (origin === undefined || !('fileName' in origin)) return text;
  const source = new URL(origin.fileName, file).href;
  return text.replace(
    `${file}:${line}:${column}`,
    () => `${source}:${origin.lineNumber}:${origin.columnNumber}`,
  );
}

function mapOf(file: string): SourceMap | null {
  const known = maps.get(file);
  if (known !== undefined) return known;
  if (maps.size === 0) {
    setTimeout(() => {
      maps = new Map();
    }, KEPT_MS).unref();
  }
  const map = readMap(file);
  maps.set(file, map);
  return map;
}

/** Null where there is none that can be read: the trace then names what was built. */
function readMap(file: string): SourceMap | null {
  try {
    const text = readFileSync(new URL(`${file}.map`), 'utf8');
    return new SourceMap(JSON.parse(text) as SourceMapPayload);
  } catch {
    return null;
  }
}
