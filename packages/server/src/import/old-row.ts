/** A row of a table of another product, as its dump or export has it. */
export interface OldRow {
  readonly table: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** By column; null is SQL's. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** A part of a file that could not be read, or is not taken. */
export interface Fault {
  readonly line: number;
  readonly reason: string;
}

export type Read = { readonly row: OldRow } | { readonly fault: Fault };

/** The file as a whole cannot be read: what is to be mended is in the message. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** Pairs columns and values, which have to be as many. */
export function rowOf(
  at: { table: string; line: number },
  columns: readonly string[],
  values: readonly (string | null)[],
): Read {
  if (columns.length !== values.length) {
    const reason = `${at.table}: ${values.length} values for ${columns.length} columns`;
    return { fault: { line: at.line, reason } };
  }
  const pairs = columns.map((name, index): [string, string | null] => [
    name,
    values[index] ?? null,
  ]);
  return { row: { ...at, values: Object.fromEntries(pairs) } };
}
