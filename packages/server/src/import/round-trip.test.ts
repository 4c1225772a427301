import Sqlite from 'better-sqlite3';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { rowsOfCsv } from './csv.ts';
import { ImportError, type OldRow, type Read } from './old-row.ts';
import { rowsOfDump } from './sql-dump.ts';
import type { Dialect } from './sql-statements.ts';

/** What a dump writes, an import reads: byte for byte, wherever the file is cut into chunks. */

const WANTED = new Set(['chat_messages']);
const COLUMNS = ['id', 'text', 'sender name'];

/** With what stands for something in SQL, CSV or COPY. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      ';',
      ',',
      '(',
      ')',
      '\n',
      '\r',
      '\t',
      '--',
      '/*',
      '*/',
      '#',
    ),
    fc.constantFrom(
      '$$',
      '$a$',
      'NULL',
      String.raw`\N`,
      String.raw`\.`,
      '\u001A',
      '::text',
      'É',
      '😀',
    ),
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 3 })
      .filter((each) => !each.includes('\0')),
  ),
  maxLength: 25,
});
const cell = fc.option(text, { nil: null });
const table = fc.array(fc.tuple(fc.nat(1e9).map(String), cell, cell), {
  minLength: 1,
  maxLength: 8,
});
type Table = (string | null)[][];
const chunkSize = fc.integer({ min: 1, max: 200 });

async function* inChunks(whole: string, size: number): AsyncGenerator<string> {
  const characters = Array.from(whole);
  for (let at = 0; at < characters.length; at += size) {
    yield await Promise.resolve(characters.slice(at, at + size).join(''));
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function rows(reads: AsyncIterable<Read>): Promise<OldRow[]> {
  const all = await collected(reads);
  return all.map((read) => {
    if ('fault' in read) throw new Error(`line ${read.fault.line}: ${read.fault.reason}`);
    return read.row;
  });
}

const valuesOf = (found: readonly OldRow[]): Table =>
  found.map(({ values }) => COLUMNS.map((name) => values[name] ?? null));

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\u001A': String.raw`\Z`,
  "'": String.raw`\'`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
};

/** As mysql_real_escape_string does. */
const mysqlText = (value: string): string =>
  `'${Array.from(value, (char) => ESCAPES[char] ?? char).join('')}'`;
const plainText = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const quoted: Readonly<Record<Dialect, (value: string) => string>> = {
  mysql: mysqlText,
  sqlite: plainText,
  postgres: (value) =>
    value.includes('\\') && value.length % 2 === 0
      ? `E${plainText(value).replaceAll('\\', '\\\\')}`
      : plainText(value),
};

function dumpOf(values: Table, dialect: Dialect): string {
  const quote = dialect === 'mysql' ? '`' : '"';
  const tuples = values.map(
    ([id = null, ...texts]) =>
      `(${[id, ...texts.map((value) => (value === null ? 'NULL' : quoted[dialect](value)))].join(', ')})`,
  );
  return (
    `-- it's; a dump "of\nCREATE TABLE ${quote}chat_messages${quote} (\n  ${quote}id${quote} int DEFAULT '0' COMMENT 'a, b)',\n` +
    `  text varchar(10) CHECK (text <> ''),\n  ${quote}sender name${quote} text,\n  PRIMARY KEY (id)\n);\n` +
    `/* INSERT INTO chat_messages VALUES (1); */\n` +
    `INSERT INTO other VALUES ('x;'), (2);\nINSERT INTO ${quote}chat_messages${quote} VALUES ${tuples.join(',\n')};\n`
  );
}

test.each(['mysql', 'sqlite', 'postgres'] as const)(
  'INSERT of %s, any text, any chunks',
  (dialect) =>
    fc.assert(
      fc.asyncProperty(table, chunkSize, async (values, size) => {
        const chunks = inChunks(dumpOf(values, dialect), size);
        expect(valuesOf(await rows(rowsOfDump(chunks, dialect, WANTED)))).toEqual(values);
      }),
    ),
);

test('COPY as pg_dump writes it, between other statements, any text, any chunks', () => {
  const escapes: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\\': '\\' };
  const field = (value: string | null): string =>
    value === null
      ? String.raw`\N`
      : value.replaceAll(/[\n\r\t\\]/g, (char) => `\\${escapes[char] ?? ''}`);
  return fc.assert(
    fc.asyncProperty(table, chunkSize, async (values, size) => {
      const lines = values.map((row) => row.map(field).join('\t')).join('\n');
      const dump =
        `\\restrict it's\nCREATE FUNCTION f() RETURNS int AS $a$ BEGIN; 'x $a$ LANGUAGE plpgsql;\n` +
        `COPY public.chat_messages (id, text, "sender name") FROM stdin;\n${lines}\n\\.\n\n` +
        `COPY public.other (id) FROM stdin;\n1\n\\.\nSELECT 1;\n`;
      const chunks = inChunks(dump, size);
      expect(valuesOf(await rows(rowsOfDump(chunks, 'postgres', WANTED)))).toEqual(values);
    }),
  );
});

test('CSV, any text, any chunks, both ends of lines', () => {
  const field = (value: string | null): string =>
    value === null ? '' : `"${value.replaceAll('"', '""')}"`;
  return fc.assert(
    fc.asyncProperty(table, chunkSize, fc.constantFrom('\n', '\r\n'), async (values, size, end) => {
      const lines = [COLUMNS, ...values].map((row) => row.map(field).join(',') + end);
      const found = await rows(rowsOfCsv(inChunks(lines.join(''), size), 'chat_messages'));
      expect(valuesOf(found)).toEqual(values);
    }),
  );
});

test('what SQLite and PostgreSQL themselves make of a text is read as that text', async () => {
  const values = fc.sample(text, { numRuns: 200, seed: 7 });
  const sqlite = new Sqlite(':memory:');
  const literals = values.map(
    (value) => sqlite.prepare('select quote(?) as q').get(value) as { q: string },
  );
  sqlite.close();
  const dump = (lines: readonly string[]): string =>
    lines.map((line) => `INSERT INTO chat_messages(text) VALUES(${line});`).join('\n');
  const read = async (lines: readonly string[], dialect: Dialect) =>
    (await rows(rowsOfDump(inChunks(dump(lines), 1_000), dialect, WANTED))).map(
      (row) => row.values['text'],
    );
  expect(
    await read(
      literals.map(({ q }) => q),
      'sqlite',
    ),
  ).toEqual(values);
  // As its shell writes line breaks, formerly and now.
  const breaks = [String.raw`replace('a\nb','\n',char(10))`, String.raw`unistr('a\u000ab')`];
  expect(await read(breaks, 'sqlite')).toEqual(['a\nb', 'a\nb']);
  const url = inject('postgresUrl');
  if (url === null) return;
  const client = new Client({ connectionString: url });
  await client.connect();
  const made = await client.query<{ q: string }>(
    'select quote_literal(t) as q from unnest($1::text[]) t',
    [values],
  );
  await client.end();
  expect(
    await read(
      made.rows.map(({ q }) => q),
      'postgres',
    ),
  ).toEqual(values);
});

test('a row that is not understood is named by its line, and the others are read', async () => {
  const dump =
    "INSERT INTO chat_messages (id, text) VALUES\n(1, 'a'),\n(2, now()),\n(3),\n(4, 'b\n');\nINSERT INTO chat_messages (id) VALUES (nothing);";
  const reads = await collected(rowsOfDump(inChunks(dump, 9), 'mysql', WANTED));
  expect(reads).toEqual([
    { row: { table: 'chat_messages', line: 2, values: { id: '1', text: 'a' } } },
    { fault: { line: 3, reason: 'chat_messages: "now" is no value' } },
    { fault: { line: 4, reason: 'chat_messages: 1 values for 2 columns' } },
    { row: { table: 'chat_messages', line: 5, values: { id: '4', text: 'b\n' } } },
    { fault: { line: 7, reason: 'chat_messages: "nothing" is no value' } },
  ]);
});

test('any text at all is read or refused, and nothing hangs', () =>
  fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom('mysql', 'sqlite', 'postgres'),
      async (junk, dialect) => {
        const dump = `INSERT INTO chat_messages (id) VALUES (${junk}); COPY ${junk}`;
        try {
          await collected(rowsOfDump(inChunks(dump, 50), dialect, WANTED));
        } catch (error) {
          expect(error).toBeInstanceOf(ImportError);
        }
      },
    ),
  ));
