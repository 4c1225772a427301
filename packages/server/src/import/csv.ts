import { ImportError, rowOf, type Read } from './old-row.ts';

/** Longer than any row of a chat. */
const RECORD_CHARS_MAX = 16 * 1024 * 1024;

/**
 * Rows of a CSV file (RFC 4180; lines may end in LF alone) whose first record names the columns. An
 * empty field without quotes is null, as PostgreSQL writes it.
 * @throws ImportError where a quote is never closed
 */
export async function* rowsOfCsv(
  chunks: AsyncIterable<string>,
  table: string,
): AsyncGenerator<Read> {
  let columns: string[] | null = null;
  for await (const { line, fields } of records(chunks)) {
    if (columns === null) columns = fields.map((field) => (field ?? '').trim());
    else yield rowOf({ table, line }, columns, fields);
  }
}

interface CsvRecord {
  readonly line: number;
  readonly fields: (string | null)[];
}

async function* records(chunks: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  const reader = new CsvReader();
  for await (const chunk of chunks) yield* reader.read(chunk);
  yield* reader.end();
}

/** Character by character, over the borders of chunks. */
class CsvReader {
  #line = 1;
  #begins = 1;
  #fields: (string | null)[] = [];
  #field = '';
  #chars = 0;
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  #isFirst = true;

  *read(chunk: string): Generator<CsvRecord> {
    for (const char of chunk) {
      if (this.#isFirst) {
        this.#isFirst = false;
        if (char === '\uFEFF') continue;
      }
      this.#chars += 1;
      if (this.#chars > RECORD_CHARS_MAX) {
        throw new ImportError(
          `Line ${this.#begins}: a record of more than 16 MB. Is a quote missing?`,
        );
      }
      if (char === '\n') this.#line += 1;
      if (this.#state === 'quoted') {
        if (char === '"') this.#state = 'quote';
        else this.#field += char;
      } else if (this.#state === 'quote' && char === '"') {
        this.#field += '"';
        this.#state = 'quoted';
      } else if (this.#state === 'quote' && char === '\r') continue;
      else if (char === ',') this.#endField();
      else if (char === '\n') yield* this.#endRecord();
      else if (char === '"' && this.#state === 'start') this.#state = 'quoted';
      else {
        this.#field += char;
        if (this.#state === 'start') this.#state = 'plain';
      }
    }
  }

  *end(): Generator<CsvRecord> {
    if (this.#state === 'quoted') {
      throw new ImportError(`Line ${this.#begins}: a quote is never closed`);
    }
    if (this.#state !== 'start' || this.#fields.length > 0) yield* this.#endRecord();
  }

  #endField(): void {
    const wasQuoted = this.#state === 'quote';
    this.#fields.push(this.#field === '' && !wasQuoted ? null : this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  *#endRecord(): Generator<CsvRecord> {
    // The CR of a CRLF; within quotes it belongs to the text.
    if (this.#state === 'plain' && this.#field.endsWith('\r')) {
      this.#field = this.#field.slice(0, -1);
    }
    this.#endField();
    const fields = this.#fields;
    const line = this.#begins;
    this.#fields = [];
    this.#begins = this.#line;
    this.#chars = 0;
    if (fields.length > 1 || fields[0] !== null) yield { line, fields };
  }
}
