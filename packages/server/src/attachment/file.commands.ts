import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Limits } from '../config/config.ts';
import type { Context } from '../context.ts';
import { plain, runOne } from '../database/database.ts';
import type { MessageFiles } from '../message/message.commands.ts';
import { filesHash, type KeptFile, storageKeysOf } from './attachment.ts';
import {
  deleteLooseFiles,
  hastenLooseFiles,
  insertLooseFiles,
  selectDueFiles,
} from './attachment.store.ts';
import { type Content, contentOf } from './content.disk.ts';
import { extensionOf, withExtension } from './file-name.ts';
import type { IncomingFolder } from './incoming.disk.ts';
import { type AdmitPixels, redraw } from './picture.disk.ts';
import type { FileStorage } from './storage.ts';
import type { VirusScan } from './virus.disk.ts';

/** A file of a form, as it came in; it lies in the folder of the form. */
export interface IncomingFile {
  readonly path: string;
  readonly name: string;
  readonly size_bytes: number;
  readonly sha256: string;
}

/** What a page knows of a recording that it made. */
export interface Recording {
  readonly duration_ms: number | undefined;
  readonly waveform: readonly number[] | undefined;
}

export interface FileCommands {
  /**
   * Looks at files, keeps them, and has `send` write the message that takes them. What no message
   * took is removed.
   * @param admit null: any picture is drawn
   * @throws AppError `unsupported_media_type`, `payload_too_large`, `file_infected`, and what `admit` and
   * `send` throw
   */
  keepFor<R extends { readonly created: boolean }>(
    files: readonly IncomingFile[],
    as: 'files' | Recording,
    admit: AdmitPixels | null,
    send: (files: MessageFiles | null) => Promise<R>,
  ): Promise<R>;
  /** Removes files that no message holds any more, after all that it removes already. Never rejects. */
  sweep(): Promise<void>;
}

export interface FileCommandParts {
  readonly context: Pick<Context, 'database' | 'clock'>;
  readonly storage: FileStorage;
  readonly incoming: IncomingFolder;
  readonly limits: Pick<Limits, 'imagePixels' | 'refusedExtensions'>;
  /** Null: nobody looks for viruses. */
  readonly scan: VirusScan | null;
  readonly logger: FastifyBaseLogger;
}

/** A message takes its files within this time after they were kept. */
const CLAIM_MS = 60 * 60_000;
/** Clocks of several nodes differ by less. */
const CLOCKS_MS = 60_000;
const SWEEP_FILES = 100;

export function createFileCommands(parts: FileCommandParts): FileCommands {
  const { context, storage, incoming, limits, scan, logger } = parts;
  const { database, clock } = context;
  const { sql } = database;
  let sweeping = Promise.resolve();

  async function keep(
    file: IncomingFile,
    as: 'files' | Recording,
    admit: AdmitPixels | null,
  ): Promise<KeptFile> {
    const { ready, contents } = await examined(file, as, limits, admit);
    // Named in the list before anything is written: a crash leaves nothing that is not known of.
    const keys = contents.map(({ key }) => key);
    const until = clock.now_ms() + CLAIM_MS;
    await database.write(runOne, plain(insertLooseFiles(sql, keys, until)));
    for (const { key, path } of contents) await storage.put(key, path);
    return ready;
  }

  async function release(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    try {
      // Not removed at once: an answer that was lost may be that of a commit, which claimed them.
      await database.write(runOne, plain(hastenLooseFiles(sql, keys)));
    } catch (error) {
      logger.warn({ err: error }, 'Files of a message that was not sent wait to be removed');
    }
    await sweep();
  }

  async function sweep(): Promise<void> {
    try {
      const now_ms = clock.now_ms() - CLOCKS_MS;
      const due = await database.query(selectDueFiles(sql, { now_ms, limit: SWEEP_FILES }));
      const keys = due.map(({ storage_key }) => storage_key);
      if (keys.length === 0) return;
      await Promise.all(keys.map((key) => storage.remove(key)));
      await database.write(runOne, plain(deleteLooseFiles(sql, keys)));
      if (keys.length === SWEEP_FILES) await sweep();
    } catch (error) {
      logger.warn({ err: error }, 'Files that nobody holds were not removed; they will be');
    }
  }

  return {
    async keepFor(files, as, admit, send) {
      if (files.length === 0) return send(null);
      await scan?.(files);
      const kept: KeptFile[] = [];
      let taken = false;
      try {
        for (const file of files) kept.push(await keep(file, as, admit));
        const sent = await send({ kept, hash: filesHash(files) });
        taken = sent.created;
        return sent;
      } finally {
        if (!taken) await release(kept.flatMap(storageKeysOf));
      }
    },
    sweep() {
      sweeping = sweeping.then(async () => {
        await sweep();
        await incoming.sweep().catch((error: unknown) => {
          logger.warn({ err: error }, 'Unfinished uploads were not removed; they will be');
        });
      });
      return sweeping;
    },
  };
}

/** A file as it will be kept, and the local files that hold what belongs to it. */
interface Examined {
  readonly ready: KeptFile;
  readonly contents: readonly { readonly key: string; readonly path: string }[];
}

async function examined(
  file: IncomingFile,
  as: 'files' | Recording,
  limits: FileCommandParts['limits'],
  admit: AdmitPixels | null,
): Promise<Examined> {
  const content = await contentOf(file.path);
  if (as !== 'files') return recording(file, content, as);
  refuseUnwanted(file, content, limits.refusedExtensions);
  if (content.kind === 'picture') return picture(file, content, limits.imagePixels, admit);
  const key = randomUUID();
  const { name, size_bytes } = file;
  const { kind, type } = content;
  return {
    ready: { storageKey: key, name, type, size_bytes, kind, meta: {} },
    contents: [{ key, path: file.path }],
  };
}

async function picture(
  file: IncomingFile,
  { type }: Content,
  pixels: number,
  admit: AdmitPixels | null,
): Promise<Examined> {
  const drawn = await redraw(file.path, type, pixels, admit);
  const { width, height, size_bytes, thumbnail } = drawn;
  const key = randomUUID();
  const small =
    thumbnail === null
      ? null
      : { key: randomUUID(), path: thumbnail.path, size_bytes: thumbnail.size_bytes };
  const meta = {
    width,
    height,
    ...(small === null ? {} : { thumbnail: { key: small.key, size_bytes: small.size_bytes } }),
  };
  const name = withExtension(file.name, drawn.extensions);
  return {
    ready: { storageKey: key, name, type: drawn.type, size_bytes, kind: 'image', meta },
    contents: [{ key, path: drawn.path }, ...(small === null ? [] : [small])],
  };
}

function recording(file: IncomingFile, content: Content, said: Recording): Examined {
  if (content.kind !== 'audio') {
    throw new AppError('unsupported_media_type', 'This is no recording that browsers play.');
  }
  const key = randomUUID();
  const { duration_ms, waveform } = said;
  return {
    ready: {
      storageKey: key,
      name: withExtension(file.name, [content.extension ?? 'webm']),
      type: content.type,
      size_bytes: file.size_bytes,
      kind: 'voice',
      meta: {
        ...(duration_ms === undefined ? {} : { duration_ms }),
        ...(waveform === undefined ? {} : { waveform }),
      },
    },
    contents: [{ key, path: file.path }],
  };
}

/** Programs, by their name or their content. */
function refuseUnwanted(file: IncomingFile, content: Content, refused: readonly string[]): void {
  const extensions = [extensionOf(file.name), content.extension ?? ''];
  const found = extensions.find((extension) => refused.includes(extension));
  if (found === undefined) return;
  throw new AppError(
    'unsupported_media_type',
    `Files of this type are not taken here (.${found}).`,
    { details: { file: file.name } },
  );
}
