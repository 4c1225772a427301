/** SQLite and PostgreSQL both take more parameters than twice this in one statement. */
const CHUNK = 1_000;

/** The values in groups, each of which one statement can name. */
export function chunked<T>(values: readonly T[]): T[][] {
  const groups = Math.ceil(values.length / CHUNK);
  return Array.from({ length: groups }, (_, n) => values.slice(n * CHUNK, (n + 1) * CHUNK));
}
