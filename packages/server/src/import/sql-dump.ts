import { rowOf, type Read } from './old-row.ts';
import { newlines, piecesOf, type Dialect, type Piece } from './sql-statements.ts';
import { SqlReader, ValueError } from './sql-values.ts';

/**
 * Rows of a dump as mysqldump, phpMyAdmin, pg_dump and SQLite's shell write it: INSERT and COPY. Of
 * the tables that are wanted; what else is in it is passed over.
 * @throws ImportError where the file as a whole cannot be read
 */
export async function* rowsOfDump(
  chunks: AsyncIterable<string>,
  dialect: Dialect,
  wanted: ReadonlySet<string>,
): AsyncGenerator<Read> {
  /** As CREATE TABLE names them, for statements that do not. */
  const tables = new Map<string, readonly string[]>();
  let copied: { table: string; columns: readonly string[] } | null = null;
  for await (const piece of piecesOf(chunks, dialect)) {
    if (piece.kind === 'data') {
      if (copied !== null) {
        const at = { table: copied.table, line: piece.line };
        yield rowOf(at, copied.columns, piece.text.replace(/\r$/, '').split('\t').map(copyValue));
      }
      continue;
    }
    const reader = new SqlReader(piece.text, dialect);
    try {
      if (reader.takes('insert') || reader.takes('replace')) {
        yield* inserted(reader, piece, { tables, wanted });
      } else if (reader.takes('create')) noteTable(reader, tables, wanted);
      else if (reader.takes('copy')) {
        const table = reader.tableName();
        copied = wanted.has(table) ? { table, columns: reader.names() } : null;
      }
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      yield { fault: { line: piece.line, reason: error.message } };
    }
  }
}

interface Known {
  readonly tables: ReadonlyMap<string, readonly string[]>;
  readonly wanted: ReadonlySet<string>;
}

function* inserted(reader: SqlReader, piece: Piece, { tables, wanted }: Known): Generator<Read> {
  for (const word of ['ignore', 'or']) if (reader.takes(word) && word === 'or') reader.name();
  reader.expect('into');
  const table = reader.tableName();
  if (!wanted.has(table)) return;
  const columns = reader.takes('values') ? tables.get(table) : reader.names();
  if (columns === undefined) {
    throw new ValueError(`${table}: the columns are not named, and no CREATE TABLE came before`);
  }
  reader.takes('overriding system value');
  reader.takes('values');
  let line = piece.line;
  let seen = 0;
  do {
    const begins = reader.at;
    line += newlines(reader.text.slice(seen, begins));
    seen = begins;
    yield oneRow(reader, { table, columns, line });
  } while (reader.takes(','));
}

/** One that is not understood is passed over whole: those after it are read. */
function oneRow(
  reader: SqlReader,
  { table, columns, line }: { table: string; columns: readonly string[]; line: number },
): Read {
  const begins = reader.at;
  const lead = /^\s*/.exec(reader.text.slice(begins, begins + 200))?.[0] ?? '';
  const at = { table, line: line + newlines(lead) };
  try {
    return rowOf(at, columns, reader.values());
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    reader.at = begins;
    reader.skipGroup();
    return { fault: { line: at.line, reason: `${table}: ${error.message}` } };
  }
}

const NO_COLUMN = new Set([
  'primary',
  'key',
  'unique',
  'constraint',
  'index',
  'foreign',
  'check',
  'fulltext',
  'spatial',
]);

function noteTable(
  reader: SqlReader,
  tables: Map<string, readonly string[]>,
  wanted: ReadonlySet<string>,
): void {
  if (!reader.takes('table')) return;
  if (reader.takes('if')) {
    reader.expect('not');
    reader.expect('exists');
  }
  const table = reader.tableName();
  if (!wanted.has(table)) return;
  reader.expect('(');
  const columns: string[] = [];
  do {
    const isQuoted = /^\s*[`"[]/.test(reader.text.slice(reader.at, reader.at + 200));
    const name = reader.name();
    if (isQuoted || !NO_COLUMN.has(name.toLowerCase())) columns.push(name);
    skipDefinition(reader);
  } while (reader.takes(','));
  tables.set(table, columns);
}

/** Type, default and comment of a column, up to the comma or the end of the table. */
function skipDefinition(reader: SqlReader): void {
  for (;;) {
    const char = reader.text[reader.at];
    if (char === undefined || char === ',' || char === ')') return;
    if (char === '(') reader.skipGroup();
    else if (char === "'") reader.value();
    else reader.at += 1;
  }
}

const COPY_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A field of COPY's text format. */
function copyValue(field: string): string | null {
  if (field === String.raw`\N`) return null;
  return field.replaceAll(/\\(x[\da-f]{1,2}|[0-7]{1,3}|[^])/gi, (_, code: string) => {
    if (/^x[\da-f]/i.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return COPY_ESCAPES[code] ?? code;
  });
}
