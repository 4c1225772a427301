import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { rowsOfCsv } from './csv.ts';
import { ImportError, type Read } from './old-row.ts';
import { rowsOfDump } from './sql-dump.ts';
import { dialectOf, type Dialect } from './sql-statements.ts';

/** A file of rows: a dump of several tables, or the CSV of one. */
export interface ImportFile {
  readonly path: string;
  /** Whose rows a CSV has. */
  readonly csvTable: string;
  /** Null: as the dump says itself. */
  readonly dialect: Dialect | null;
}

/** Characters in which a dump says what wrote it. */
const TOP_CHARS = 2_000;

/**
 * Rows of the wanted tables, as they come; the file may be larger than memory, and end in `.gz`.
 * @throws ImportError for what the person has to mend
 */
export async function* rowsOf(file: ImportFile, wanted: ReadonlySet<string>): AsyncGenerator<Read> {
  try {
    if (/\.csv(\.gz)?$/i.test(file.path)) {
      yield* rowsOfCsv(textOf(file.path), file.csvTable);
      return;
    }
    const dialect = file.dialect ?? (await dialectOfFile(file.path));
    yield* rowsOfDump(textOf(file.path), dialect, wanted);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Of the file system, of gzip, or of a text that is not UTF-8.
    if (error instanceof ImportError || 'code' in error) {
      throw new ImportError(`${file.path}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

async function dialectOfFile(path: string): Promise<Dialect> {
  let top = '';
  for await (const chunk of textOf(path)) {
    top += chunk;
    if (top.length >= TOP_CHARS) break;
  }
  const dialect = dialectOf(top.slice(0, TOP_CHARS));
  if (dialect !== null) return dialect;
  throw new ImportError(
    'the dump does not say what wrote it. Say it: --dialect mysql, postgres or sqlite',
  );
}

async function* textOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const stream = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  // What is no UTF-8 would silently become another text.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
  yield decoder.decode();
}
