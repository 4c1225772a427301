import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { AppError } from '../app-error.ts';
import type { ClamdAddress, VirusSettings } from '../config/virus.ts';

/**
 * Looks into a file that came in, before anything else does.
 * @throws AppError `file_infected`; `unavailable` where it could not be looked at: nothing passes unseen
 */
export type VirusScan = (path: string, name: string) => Promise<void>;

/** What the scanner said; a rejection is a scanner that does not work. */
type Verdict = 'clean' | 'infected';

interface ScanLogger {
  warn(details: object, message: string): void;
}

const TIMEOUT_MS = 60_000;
/** A scanner may take a gigabyte each time it starts. */
const AT_ONCE = 2;
/** What is more than the scanner can look at soon is refused now. */
const WAITING_MAX = 20;
const RETRY_AFTER_S = 10;

export function createVirusScan(settings: VirusSettings, logger: ScanLogger): VirusScan {
  const look =
    settings.kind === 'command'
      ? (path: string) => byCommand(settings.program, [...settings.args, path])
      : (path: string) => byClamd(settings.address, path);
  const turns = new Turns();
  return async (path, name) => {
    const verdict = await turns.take(look, path).catch((error: unknown) => {
      logger.warn({ err: error }, 'A file could not be looked at for viruses, and is refused');
      return 'unknown' as const;
    });
    if (verdict === 'unknown') {
      throw new AppError('unavailable', 'Files cannot be checked for viruses at the moment.', {
        retryAfter_s: RETRY_AFTER_S,
      });
    }
    if (verdict === 'infected') {
      logger.warn({ file: name }, 'A file with a virus was refused');
      throw new AppError('file_infected', `The file "${name}" holds a virus.`, {
        details: { file: name },
      });
    }
  };
}

/** A few at once; the others wait. */
class Turns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async take(look: (path: string) => Promise<Verdict>, path: string): Promise<Verdict> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING_MAX) throw new Error('Too many files wait');
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else this.#running += 1;
    try {
      return await look(path);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** As `clamscan`, `clamdscan` and most others say it: 0 clean, 1 infected, all else a fault. */
async function byCommand(program: string, args: readonly string[]): Promise<Verdict> {
  const child = spawn(program, args, { stdio: 'ignore', timeout: TIMEOUT_MS, shell: false });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return 'clean';
  if (code === 1) return 'infected';
  throw new Error(`The scanner ended with ${code ?? 'a signal'}`);
}

/** clamd's INSTREAM: pieces with their length before them, and an empty one at the end. */
async function byClamd(address: ClamdAddress, path: string): Promise<Verdict> {
  const socket = connect(address);
  socket.setTimeout(TIMEOUT_MS, () => {
    socket.destroy(new Error('clamd does not answer'));
  });
  try {
    const [answer] = await Promise.all([text(socket), speak(socket, path)]);
    if (/^stream: OK\0?$/.test(answer)) return 'clean';
    if (/ FOUND\0?$/.test(answer)) return 'infected';
    throw new Error(`clamd said: ${answer.slice(0, 200)}`);
  } finally {
    socket.destroy();
  }
}

async function speak(socket: Socket, path: string): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    await write(socket, Buffer.concat([length, chunk]));
  }
  await write(socket, Buffer.alloc(4));
}

function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
