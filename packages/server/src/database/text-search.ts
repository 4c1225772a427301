import { sql as raw, type RawBuilder } from 'kysely';
import type { Sql } from './database.ts';

/** Whether the column contains exactly this text. */
export function containsExactly(sql: Sql, column: string, text: string): RawBuilder<boolean> {
  const ref = raw.ref(column);
  return sql.dialect === 'postgres'
    ? raw<boolean>`strpos(${ref}, ${text}) > 0`
    : raw<boolean>`instr(${ref}, ${text}) > 0`;
}
