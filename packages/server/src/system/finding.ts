/** What the doctor found of one thing, and what to do where that is not well. */
export type Finding =
  | { readonly state: 'ok'; readonly what: string; readonly said: string }
  | {
      readonly state: 'warning' | 'wrong';
      readonly what: string;
      readonly said: string;
      readonly advice: string;
    };

export const ok = (what: string, said: string): Finding => ({ state: 'ok', what, said });

export const warning = (what: string, said: string, advice: string): Finding => ({
  state: 'warning',
  what,
  said,
  advice,
});

export const wrong = (what: string, said: string, advice: string): Finding => ({
  state: 'wrong',
  what,
  said,
  advice,
});

/** Node puts several attempts into one error without a message, and the reason of `fetch` into a cause. */
export function reasonOf(error: unknown): string {
  const { message, code, cause } = error as {
    message?: string;
    code?: string;
    cause?: unknown;
  };
  if (cause instanceof Error) return reasonOf(cause);
  return message || code || String(error);
}

/** A clock that is further off than `WARN` makes times on screen wrong; than `WRONG`, sign-in codes fail. */
const CLOCK_WARN_MS = 2_000;
const CLOCK_WRONG_MS = 30_000;

/**
 * @param others clocks of other machines, by name, in Unix milliseconds
 * @param lastWritten_ms when the database was written, by the clock of then; null: not known
 */
export function clockFinding(
  now_ms: number,
  others: ReadonlyMap<string, number>,
  lastWritten_ms: number | null,
): Finding {
  const advice = 'Let the system keep the time (chrony, systemd-timesyncd), on each machine.';
  if (lastWritten_ms !== null && lastWritten_ms - now_ms > CLOCK_WARN_MS) {
    const ahead_s = Math.round((lastWritten_ms - now_ms) / 1_000);
    return wrong('clock', `the database was written ${ahead_s} s after now`, advice);
  }
  const offs = [...others].map(([name, at_ms]) => ({ name, off_ms: Math.abs(at_ms - now_ms) }));
  const worst = offs.sort((a, b) => b.off_ms - a.off_ms)[0];
  if (worst === undefined) return ok('clock', new Date(now_ms).toISOString());
  const said = `${(worst.off_ms / 1_000).toFixed(1)} s from that of ${worst.name}`;
  if (worst.off_ms > CLOCK_WRONG_MS) return wrong('clock', said, advice);
  if (worst.off_ms > CLOCK_WARN_MS) return warning('clock', said, advice);
  return ok('clock', said);
}

const SMALL_BYTES = 1024 ** 3;

/** @param reserve_bytes below which uploads stop */
export function diskFinding(free_bytes: number, reserve_bytes: number, folder: string): Finding {
  const said = `${(free_bytes / 1024 ** 3).toFixed(1)} GiB free in ${folder}`;
  const advice = 'Make room, or move DATA_DIR to a larger disk.';
  if (free_bytes < reserve_bytes) return wrong('disk', `${said}: uploads are refused`, advice);
  if (free_bytes < SMALL_BYTES + reserve_bytes) return warning('disk', said, advice);
  return ok('disk', said);
}
