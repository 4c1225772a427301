import { ImportError } from './old-row.ts';

export type Dialect = 'mysql' | 'postgres' | 'sqlite';

export const DIALECTS: readonly Dialect[] = ['mysql', 'postgres', 'sqlite'];

/** A statement without its semicolon, or a line of data that follows PostgreSQL's COPY. */
export interface Piece {
  readonly kind: 'statement' | 'data';
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/** mysqldump puts about 1 MB into a statement, others one row. */
const STATEMENT_CHARS_MAX = 128 * 1024 * 1024;

/** By what the program that wrote the dump says of itself at its top; null where it says nothing. */
export function dialectOf(top: string): Dialect | null {
  if (/^(--|\/\*).{0,20}(MySQL|MariaDB|phpMyAdmin)/im.test(top)) return 'mysql';
  if (/^-- PostgreSQL database dump/m.test(top)) return 'postgres';
  if (/^PRAGMA foreign_keys=OFF;/m.test(top)) return 'sqlite';
  return null;
}

/** Cuts a dump into its statements, whatever stands in strings, names and comments. */
export async function* piecesOf(
  chunks: AsyncIterable<string>,
  dialect: Dialect,
): AsyncGenerator<Piece> {
  const cutter = new Cutter(dialect);
  for await (const chunk of chunks) yield* cutter.read(chunk);
  yield* cutter.end();
}

const COPY = /^\s*COPY\b[^;]*\bFROM\s+stdin\b/i;

/** What may stand before a statement: space, comments, commands of psql. */
const LEAD = /^(?:\s+|(?:--|#|\\)[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/;

class Cutter {
  readonly #dialect: Dialect;
  #text = '';
  #line = 1;
  /** What was looked at of `#text` already. */
  #at = 0;
  /** What ends the string, name or comment that `#at` is in; null outside. */
  #until: string | null = null;
  #hasEscapes = false;
  #isData = false;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  *read(chunk: string): Generator<Piece> {
    this.#text += chunk;
    if (this.#text.length > STATEMENT_CHARS_MAX) {
      throw new ImportError(`Line ${this.#line}: a statement of more than 128 MB`);
    }
    yield* this.#cut(false);
  }

  *end(): Generator<Piece> {
    yield* this.#cut(true);
    if (this.#until !== null && this.#until !== '\n') {
      throw new ImportError(
        `Line ${this.#line}: what begins there is never closed by ${this.#until}`,
      );
    }
    if (this.#text.trim() !== '') yield this.#take(this.#text.length, 0);
  }

  *#cut(isEnd: boolean): Generator<Piece> {
    for (;;) {
      if (this.#isData) {
        const end = this.#text.indexOf('\n');
        if (end === -1) return;
        const piece = this.#take(end, 1, 'data');
        if (piece.text === String.raw`\.`) this.#isData = false;
        else yield piece;
        continue;
      }
      const end = this.#statementEnd(isEnd);
      if (end === null) return;
      const piece = this.#take(end, 1);
      if (this.#dialect === 'postgres' && COPY.test(piece.text)) {
        this.#isData = true;
        // The rest of the line of COPY itself.
        const lineEnd = this.#text.indexOf('\n');
        if (lineEnd !== -1 && this.#text.slice(0, lineEnd).trim() === '') this.#take(lineEnd, 1);
      }
      if (piece.text.trim() !== '') yield piece;
    }
  }

  /** Null: more of the file is needed. Two characters decide at most, so the last ones wait. */
  #statementEnd(isEnd: boolean): number | null {
    const safe = isEnd ? this.#text.length : this.#text.length - 64;
    while (this.#at < safe) {
      if (this.#until === null) {
        const end = this.#outside();
        if (end !== null) return end;
      } else this.#inside(this.#until);
    }
    return null;
  }

  #outside(): number | null {
    const text = this.#text;
    const char = text[this.#at] ?? '';
    if (char === ';') return this.#at;
    const isMysql = this.#dialect === 'mysql';
    // A command of psql, for itself.
    if (char === '\\' && text.slice(0, this.#at).trim() === '') return this.#enter('\n', 1);
    if (char === "'") {
      const isEscaped =
        this.#dialect === 'postgres' && /(?:^|[^\w$])e$/i.test(before(text, this.#at));
      this.#hasEscapes = isMysql || isEscaped;
      return this.#enter("'", 1);
    }
    if (char === '"') {
      this.#hasEscapes = isMysql;
      return this.#enter('"', 1);
    }
    if (char === '`') return this.#enter('`', 1);
    if (text.startsWith('--', this.#at) || (isMysql && char === '#')) return this.#enter('\n', 1);
    if (text.startsWith('/*', this.#at)) return this.#enter('*/', 2);
    if (char === '$' && this.#dialect === 'postgres') {
      const [tag] = /^\$(?:[A-Za-z_]\w{0,50})?\$/.exec(text.slice(this.#at, this.#at + 60)) ?? [];
      if (tag !== undefined && !/[\w$]$/.test(before(text, this.#at))) {
        return this.#enter(tag, tag.length);
      }
    }
    this.#at += 1;
    return null;
  }

  #enter(until: string, length: number): null {
    this.#until = until;
    this.#at += length;
    if (until !== "'" && until !== '"') this.#hasEscapes = false;
    return null;
  }

  #inside(until: string): void {
    if (this.#hasEscapes && this.#text[this.#at] === '\\') this.#at += 2;
    else if (this.#text.startsWith(until, this.#at)) {
      this.#at += until.length;
      this.#until = null;
    } else if (this.#hasEscapes || until.length > 1) this.#at += 1;
    else {
      const next = this.#text.indexOf(until, this.#at);
      this.#at = next === -1 ? this.#text.length : next;
    }
  }

  #take(end: number, skip: number, kind: Piece['kind'] = 'statement'): Piece {
    const whole = this.#text.slice(0, end);
    const text = kind === 'data' ? whole : whole.slice(LEAD.exec(whole)?.[0].length ?? 0);
    // The line of the first word, not of what is before it.
    const line = this.#line + newlines(whole.slice(0, whole.length - text.length));
    const piece = { kind, text, line };
    this.#line += newlines(this.#text.slice(0, end + skip));
    this.#text = this.#text.slice(end + skip);
    this.#at = 0;
    return piece;
  }
}

function before(text: string, at: number): string {
  return text.slice(Math.max(0, at - 2), at);
}

export function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
