import type { Dialect } from './sql-statements.ts';

/** What stands there is no value that is understood. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

const MYSQL_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001A',
};
const POSTGRES_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORD = /[A-Za-z_][\w$]*/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const SPACE = /(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/y;

/** Reads names and values of one statement, from left to right. */
export class SqlReader {
  readonly text: string;
  readonly #dialect: Dialect;
  at = 0;

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.#dialect = dialect;
  }

  /** Whether there is this word or sign next; it is passed over then. */
  takes(wanted: string): boolean {
    this.#space();
    const found = this.text.slice(this.at, this.at + wanted.length);
    if (found.toLowerCase() !== wanted.toLowerCase()) return false;
    if (/\w$/.test(wanted) && /[\w$]/.test(this.text[this.at + wanted.length] ?? '')) return false;
    this.at += wanted.length;
    return true;
  }

  expect(wanted: string): void {
    if (!this.takes(wanted)) throw new ValueError(`"${wanted}" was expected`);
  }

  get isAtEnd(): boolean {
    this.#space();
    return this.at >= this.text.length;
  }

  /** A name, with or without quotes. */
  name(): string {
    this.#space();
    const quote = this.text[this.at] ?? '';
    if (quote === '`' || quote === '"') return this.#quoted(quote, false);
    if (quote === '[') {
      const end = this.text.indexOf(']', this.at);
      if (end === -1) throw new ValueError('a name is never closed');
      const name = this.text.slice(this.at + 1, end);
      this.at = end + 1;
      return name;
    }
    return this.#match(WORD) ?? this.#fail('a name was expected');
  }

  /** `schema.table`: the table. */
  tableName(): string {
    let name = this.name();
    while (this.takes('.')) name = this.name();
    return name;
  }

  /** In parentheses. */
  names(): string[] {
    this.expect('(');
    const names = [this.name()];
    while (this.takes(',')) names.push(this.name());
    this.expect(')');
    return names;
  }

  /** In parentheses. @throws ValueError */
  values(): (string | null)[] {
    this.expect('(');
    const values = [this.value()];
    while (this.takes(',')) values.push(this.value());
    this.expect(')');
    return values;
  }

  /** @throws ValueError for what is no literal */
  value(): string | null {
    this.#space();
    const value = this.#literal();
    while (this.takes('::')) this.#type();
    return value;
  }

  /** To the end of what a parenthesis opened, whatever is in it. */
  skipGroup(): void {
    this.expect('(');
    for (let depth = 1; depth > 0;) {
      const char = this.text[this.at];
      if (char === undefined) throw new ValueError('a parenthesis is never closed');
      if (char === "'" || char === '"' || char === '`') {
        this.#quoted(char, this.#dialect === 'mysql' && char !== '`');
        continue;
      }
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      this.at += 1;
    }
  }

  #literal(): string | null {
    const char = this.text[this.at] ?? '';
    if (char === "'") return this.#quoted("'", this.#dialect === 'mysql');
    if (char === '"' && this.#dialect === 'mysql') return this.#quoted('"', true);
    if (/^0x[\da-f]/i.test(this.text.slice(this.at, this.at + 3))) {
      return fromHex(this.#match(/0x[\da-f]+/iy)?.slice(2) ?? '');
    }
    const number = this.#match(NUMBER);
    if (number !== null) return number;
    const word = this.#match(WORD) ?? this.#fail('a value was expected');
    return this.#wordValue(word.toLowerCase());
  }

  #wordValue(word: string): string | null {
    if (word === 'null') return null;
    if (word === 'true') return '1';
    if (word === 'false') return '0';
    if (this.text[this.at] === "'") {
      if (word === 'x') return fromHex(this.#quoted("'", false));
      if (word === 'e' && this.#dialect === 'postgres') return this.#quoted("'", true);
      if (word === 'n') return this.#quoted("'", this.#dialect === 'mysql');
    }
    // `_utf8mb4 'text'`
    if (word.startsWith('_') && this.#dialect === 'mysql') return this.value();
    if (this.#dialect === 'sqlite' && word === 'replace') return this.#replaced();
    if (this.#dialect === 'sqlite' && word === 'unistr') return this.#unistr();
    return this.#fail(`"${word}" is no value`);
  }

  /** `replace('a\nb','\n',char(10))`, as SQLite's shell writes a line break. */
  #replaced(): string {
    this.expect('(');
    const text = this.#argument();
    this.expect(',');
    const from = this.#argument();
    this.expect(',');
    const to = this.#argument();
    this.expect(')');
    return text.split(from).join(to);
  }

  #argument(): string {
    if (this.takes('char')) {
      this.expect('(');
      const code = Number(this.value());
      this.expect(')');
      return String.fromCodePoint(code);
    }
    return this.value() ?? this.#fail('a text was expected');
  }

  /** As newer shells write what cannot be seen: `unistr('a\u000ab')`. */
  #unistr(): string {
    this.expect('(');
    const text = this.value() ?? '';
    this.expect(')');
    return text.replaceAll(
      /\\(?:\\|u([\da-f]{4})|\+([\da-f]{6})|U([\da-f]{8})|([\da-f]{4}))/gi,
      (whole, ...codes: (string | undefined)[]) => {
        const code = codes.slice(0, 4).find((each) => each !== undefined);
        return code === undefined
          ? whole.slice(1)
          : String.fromCodePoint(Number.parseInt(code, 16));
      },
    );
  }

  #type(): void {
    this.name();
    while (this.#match(/\s+(?:varying|without|with|time|zone|precision)\b/iy) !== null);
    if (this.takes('(')) {
      this.value();
      this.expect(')');
    }
  }

  #quoted(quote: string, hasEscapes: boolean): string {
    let text = '';
    for (let at = this.at + 1; ;) {
      const char = this.text[at];
      if (char === undefined) throw new ValueError('a text is never closed');
      if (char === quote) {
        if (this.text[at + 1] !== quote) {
          this.at = at + 1;
          return text;
        }
        text += quote;
        at += 2;
      } else if (char === '\\' && hasEscapes) {
        const [value, length] = this.#escape(at);
        text += value;
        at += length;
      } else {
        text += char;
        at += 1;
      }
    }
  }

  #escape(at: number): [value: string, length: number] {
    const next = this.text[at + 1] ?? '';
    if (this.#dialect === 'mysql') return [MYSQL_ESCAPES[next] ?? next, 2];
    const [code] =
      /^(?:u[\da-f]{4}|U[\da-f]{8}|x[\da-f]{1,2}|[0-7]{1,3})/i.exec(
        this.text.slice(at + 1, at + 11),
      ) ?? [];
    if (code === undefined) return [POSTGRES_ESCAPES[next] ?? next, 2];
    const isOctal = /^[0-7]/.test(code);
    const number = Number.parseInt(isOctal ? code : code.slice(1), isOctal ? 8 : 16);
    return [String.fromCodePoint(number), code.length + 1];
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  #fail(reason: string): never {
    throw new ValueError(reason);
  }
}

function fromHex(digits: string): string {
  return Buffer.from(digits, 'hex').toString('utf8');
}
