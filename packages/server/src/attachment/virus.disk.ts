import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../app-error.ts';
import type { VirusSettings } from '../config/virus.ts';
import { askClamd } from './clamd.disk.ts';
import type { Verdict } from './virus.ts';

/** A file that came in. */
interface ScannedFile {
  readonly path: string;
  readonly name: string;
}

/**
 * Looks into all files of a message, before anything else does.
 * @throws AppError `file_infected`; `payload_too_large` where the scanner takes none of that size;
 * `unavailable` where they could not be looked at: nothing passes unseen
 */
export type VirusScan = (files: readonly ScannedFile[]) => Promise<void>;

interface ScanLogger {
  warn(details: object, message: string): void;
}

/** All files of a message, waiting included: pages send again what is not answered in 45 s. */
const WITHIN_MS = 40_000;
/** A scanner may take a gigabyte each time it starts. */
const AT_ONCE = 2;
/** What is more than the scanner can look at soon is refused now. */
const WAITING_MAX = 20;
const RETRY_AFTER_S = 10;
/** Of a program that failed, for the log. */
const SAID_CHARS_MAX = 500;
const LAST_WORDS_MS = 500;

export function createVirusScan(
  settings: VirusSettings,
  logger: ScanLogger,
  within_ms = WITHIN_MS,
): VirusScan {
  const turns = new Turns();
  async function refuseUnlessClean({ path, name }: ScannedFile, signal: AbortSignal) {
    const verdict = await turns
      .take(signal, () => lookAt(settings, path, signal))
      .catch((error: unknown) => {
        throw new AppError('unavailable', 'Files cannot be checked for viruses at the moment.', {
          retryAfter_s: RETRY_AFTER_S,
          cause: error,
        });
      });
    if (verdict.state === 'clean') return;
    const details = { file: name };
    if (verdict.state === 'infected') {
      logger.warn({ ...details, virus: verdict.virus }, 'A file with a virus was refused');
      throw new AppError('file_infected', `The file "${name}" holds a virus.`, { details });
    }
    // Whoever runs it may not know that it takes less than LIMIT_FILE_BYTES.
    logger.warn(details, 'A file was refused: it is larger than the virus scanner takes');
    throw new AppError(
      'payload_too_large',
      `The file "${name}" is too large to be checked for viruses.`,
      { details },
    );
  }
  return async (files) => {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(new Error(`The virus scanner took longer than ${within_ms / 1_000} s`));
    }, within_ms);
    try {
      for (const file of files) await refuseUnlessClean(file, late.signal);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** @param signal ends it; its reason is then what this rejects with */
export async function lookAt(
  settings: VirusSettings,
  path: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const looking =
      settings.kind === 'command'
        ? byCommand(settings.program, [...settings.args, path], signal)
        : askClamd(settings.address, path, signal);
    return await Promise.race([looking, late]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A few at once; the others wait. */
class Turns {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  async take(signal: AbortSignal, look: () => Promise<Verdict>): Promise<Verdict> {
    if (this.#running >= AT_ONCE) await this.#turn(signal);
    else this.#running += 1;
    try {
      return await look();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Whoever ends hands its place on. */
  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.size >= WAITING_MAX) throw new Error('Too many files wait');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal.reason);
    this.#waiting.add(resolve);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(resolve);
      signal.removeEventListener('abort', abort);
    }
  }
}

/** As `clamscan`, `clamdscan` and most others say it: 0 clean, 1 infected, all else a fault. */
async function byCommand(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Verdict> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
    signal,
    // One that hangs may not hear anything less.
    killSignal: 'SIGKILL',
  });
  let said = '';
  const closed = new Promise((resolve) => child.once('close', resolve));
  // Its end is enough: what it started in the background may hold its output open.
  const code = await new Promise<number | null>((resolve, reject) => {
    // First of all: a fault that nobody hears ends the server.
    child.once('error', reject);
    child.once('exit', resolve);
    // Node makes none where no more files can be open.
    const streams: readonly (Readable | undefined)[] = [child.stdout, child.stderr];
    for (const stream of streams) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(0, SAID_CHARS_MAX);
      });
    }
  });
  if (code === 0) return { state: 'clean' };
  if (code === 1) return { state: 'infected', virus: null };
  await Promise.race([closed, delay(LAST_WORDS_MS)]);
  throw new Error(`The scanner ended with ${code ?? 'a signal'}: ${said.trim() || 'no word'}`);
}
