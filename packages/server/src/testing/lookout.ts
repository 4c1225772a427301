import type { Client } from 'pg';

/** Until so many processes have looked once more who is on this database. */
export async function waitForLooks(outside: Client, processes: number): Promise<void> {
  const clock = await outside.query<{ now: string }>('select clock_timestamp()::text as now');
  for (;;) {
    const { rows } = await outside.query<{ looked: number }>(
      `select count(distinct application_name)::int as looked from pg_stat_activity
       where datname = current_database() and state = 'idle'
         and query like 'select pid, application_name%' and query_start > $1`,
      [clock.rows[0]?.now],
    );
    if ((rows[0]?.looked ?? 0) >= processes) return;
  }
}
