import {
  SYSTEM_FINDINGS,
  type SystemCode,
  type SystemFinding,
  type SystemValues,
} from '@parley/protocol';
import { WORDS } from './words.ts';

/** What was found of one thing, and what to do where that is not well. */
export interface Finding extends SystemFinding {
  readonly code: SystemCode;
}

/** Its code says how it is, and in what words. */
export function found<C extends SystemCode>(code: C, values: SystemValues<C>): Finding {
  const [state] = SYSTEM_FINDINGS[code];
  const words: { readonly said: string; readonly advice?: string } = WORDS[code];
  const { said, advice } = words;
  const [what = code] = code.split('.', 1);
  return {
    state,
    what,
    code,
    values,
    said: fill(said, values),
    ...(advice !== undefined && { advice: fill(advice, values) }),
  };
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

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
  if (lastWritten_ms !== null && lastWritten_ms - now_ms > CLOCK_WARN_MS) {
    return found('clock.back', { seconds: Math.round((lastWritten_ms - now_ms) / 1_000) });
  }
  const offs = [...others].map(([name, at_ms]) => ({ name, off_ms: Math.abs(at_ms - now_ms) }));
  const worst = offs.sort((a, b) => b.off_ms - a.off_ms)[0];
  if (worst === undefined) return found('clock.alone', { time: new Date(now_ms).toISOString() });
  const values = { seconds: rounded(worst.off_ms / 1_000), name: worst.name };
  if (worst.off_ms > CLOCK_WRONG_MS) return found('clock.far', values);
  return found(worst.off_ms > CLOCK_WARN_MS ? 'clock.off' : 'clock.ok', values);
}

/** To a tenth. */
const rounded = (value: number): number => Math.round(value * 10) / 10;

const SMALL_BYTES = 1024 ** 3;

/** @param reserve_bytes below which uploads stop */
export function diskFinding(free_bytes: number, reserve_bytes: number, folder: string): Finding {
  const values = { free_gib: rounded(free_bytes / 1024 ** 3), folder };
  if (free_bytes < reserve_bytes) return found('disk.full', values);
  return found(free_bytes < SMALL_BYTES + reserve_bytes ? 'disk.low' : 'disk.ok', values);
}
