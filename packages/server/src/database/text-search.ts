import { sql as raw, type RawBuilder } from 'kysely';
import type { Sql } from './database.ts';

/** Whether the column contains the text, whatever the case; `%` and `_` mean themselves. */
export function containsText(sql: Sql, column: string, text: string): RawBuilder<boolean> {
  const folded = text.toLowerCase();
  const pattern = `%${folded.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const ref = raw.ref(column);
  // LIKE itself ignores the case of ASCII in SQLite, and calling out for each row is far slower.
  if (isAscii(folded)) {
    return sql.dialect === 'postgres'
      ? raw<boolean>`${ref} ilike ${pattern} escape '\\'`
      : raw<boolean>`${ref} like ${pattern} escape '\\'`;
  }
  return raw<boolean>`${sql.fold(column)} like ${pattern} escape '\\'`;
}

/** Whether the column contains exactly this text. */
export function containsExactly(sql: Sql, column: string, text: string): RawBuilder<boolean> {
  const ref = raw.ref(column);
  return sql.dialect === 'postgres'
    ? raw<boolean>`strpos(${ref}, ${text}) > 0`
    : raw<boolean>`instr(${ref}, ${text}) > 0`;
}

/** Printable ASCII. */
function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}
