import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MultipartFile } from '@fastify/multipart';
import multipart from '@fastify/multipart';
import { LIMITS } from '@parley/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import type { Limits } from '../config/config.ts';
import { allowTime } from '../http/client-error.ts';
import type { RequestLimits } from '../http/request-limits.ts';
import type { IncomingFile } from './file.commands.ts';
import { safeName } from './file-name.ts';
import type { IncomingFolder } from './incoming.disk.ts';

/** What a route takes as a form. */
export interface FormRules {
  /** Names of the fields that hold files, all of which come as `files`. */
  readonly fields: readonly string[];
  readonly filesMax: number;
  /** Fields that mean true or false: in a form they are text. */
  readonly booleans?: readonly string[];
  /** Whether JSON is taken as well. */
  readonly jsonToo: boolean;
  /** Called before anything of the body is read; throws where it shall not be. */
  readonly admit: (request: FastifyRequest) => void | Promise<void>;
}

export interface FormParts {
  readonly incoming: IncomingFolder;
  readonly limits: Pick<Limits, 'file_bytes' | 'filesPerMessage' | 'freeDisk_bytes'>;
  readonly requestLimits: RequestLimits;
}

/** An upload that does not go on for this long has been given up by its sender. */
const STALLED_MS = 30_000;
const UPLOAD_MS_MAX = 30 * 60_000;
/** Text of 10,000 characters in UTF-8, and more than a waveform needs. */
const FIELD_BYTES_MAX = 4 * LIMITS.messageText_chars;
const FIELDS_MAX = 20;
/** Headers and fields beside the files. */
const FORM_BYTES_MAX = 1024 * 1024;

class ReceivedFile implements IncomingFile {
  readonly path: string;
  readonly name: string;
  readonly size_bytes: number;
  readonly sha256: string;

  constructor(file: IncomingFile) {
    this.path = file.path;
    this.name = file.name;
    this.size_bytes = file.size_bytes;
    this.sha256 = file.sha256;
  }
}

/** A file of a form in the schema of a body: no JSON can pose as one. */
export const FormFile = z.custom<IncomingFile>((value) => value instanceof ReceivedFile);

/** Reads forms with files (`multipart/form-data`) into a folder of their own. */
export class Forms {
  readonly #parts: FormParts;
  readonly #folders = new WeakMap<FastifyRequest, string>();

  constructor(parts: FormParts) {
    this.#parts = parts;
  }

  /** Hooks of a route whose body is a form; its schema then sees the fields, and `files`. */
  hooks(rules: FormRules) {
    return {
      preValidation: async (request: FastifyRequest): Promise<void> => {
        await rules.admit(request);
        if (request.isMultipart()) request.body = await this.#receive(request, rules);
        else if (!rules.jsonToo) {
          throw new AppError('unsupported_media_type', 'Send the body as multipart/form-data.');
        }
      },
      // Whatever became of it: what is still needed lies elsewhere by now.
      onSend: async (request: FastifyRequest): Promise<void> => {
        const folder = this.#folders.get(request);
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      },
    };
  }

  async #receive(request: FastifyRequest, rules: FormRules): Promise<object> {
    const length_bytes = await this.#announcedLength(request, rules);
    const { identity } = request;
    const upload =
      identity.kind === 'visitor'
        ? this.#parts.requestLimits.beginUpload(identity.actor.visitorId, request.ip, length_bytes)
        : null;
    const time = allowTime(request.raw.socket);
    const watch = watchProgress(request);
    try {
      return await this.#read(request, rules);
    } catch (error) {
      throw refusalOf(error, rules, this.#parts.limits);
    } finally {
      watch.stop();
      time.over();
      upload?.end();
    }
  }

  /** @throws AppError where there can be no room for it, whatever it holds */
  async #announcedLength(request: FastifyRequest, rules: FormRules): Promise<number> {
    const { incoming, limits } = this.#parts;
    const most_bytes = rules.filesMax * limits.file_bytes + FORM_BYTES_MAX;
    const given = request.headers['content-length'];
    const length_bytes = given === undefined ? most_bytes : Number(given);
    if (length_bytes > most_bytes) throw tooLarge(limits.file_bytes, rules.filesMax);
    if ((await incoming.free_bytes()) - length_bytes < limits.freeDisk_bytes) {
      throw new AppError('unavailable', 'The server has no room for files at the moment.', {
        retryAfter_s: 60,
      });
    }
    return length_bytes;
  }

  async #read(request: FastifyRequest, rules: FormRules): Promise<object> {
    const { incoming, limits } = this.#parts;
    const folder = await incoming.create();
    this.#folders.set(request, folder);
    const files: IncomingFile[] = [];
    const fields = new Map<string, unknown>();
    const parts = request.parts({
      limits: {
        fileSize: limits.file_bytes,
        // One more than is taken, so that it is we who say so.
        files: rules.filesMax + 1,
        fields: FIELDS_MAX,
        fieldSize: FIELD_BYTES_MAX,
        fieldNameSize: 100,
        headerPairs: 20,
      },
    });
    for await (const part of parts) {
      const name = nameOf(part);
      if (part.type === 'field') {
        if (part.valueTruncated) throw fieldTooLong(name);
        const value = rules.booleans?.includes(name) ? truthOf(part.value) : part.value;
        const before = fields.get(name);
        fields.set(name, before === undefined ? value : [before, value].flat());
      } else if (!rules.fields.includes(name)) {
        part.file.resume();
      } else if (files.length === rules.filesMax) {
        throw tooLarge(limits.file_bytes, rules.filesMax);
      } else {
        files.push(await this.#store(part, join(folder, String(files.length))));
      }
    }
    // From entries, `__proto__` is a field like any other.
    return { ...Object.fromEntries(fields), files };
  }

  async #store(part: MultipartFile, path: string): Promise<IncomingFile> {
    const { file_bytes, filesPerMessage } = this.#parts.limits;
    const digest = createHash('sha256');
    const handle = await open(path, 'wx', 0o600);
    let size_bytes = 0;
    try {
      for await (const chunk of part.file as AsyncIterable<Buffer>) {
        digest.update(chunk);
        size_bytes += chunk.length;
        await handle.appendFile(chunk);
      }
    } catch (error) {
      throw isOfSystem(error) ? notWritten(error) : error;
    } finally {
      await handle.close();
    }
    const name = safeName(part.filename);
    if (part.file.truncated) throw tooLarge(file_bytes, filesPerMessage, name);
    if (size_bytes === 0) throw new AppError('invalid_request', `The file "${name}" is empty.`);
    return new ReceivedFile({ path, name, size_bytes, sha256: digest.digest('hex') });
  }
}

/** Of a scope alone: elsewhere JSON stays the only form of a body. */
export async function takeForms(scope: FastifyInstance): Promise<void> {
  await scope.register(multipart);
}

/** What its type does not say: a part may come without a name. */
function nameOf({ fieldname }: { fieldname?: string }): string {
  if (fieldname === undefined) {
    throw new AppError('malformed_form', 'Each part of a form must have a name.');
  }
  return fieldname.replace(/\[\d*\]$/, '');
}

/** What means neither is left for the schema to refuse. */
function truthOf(value: unknown): unknown {
  if (value === 'true' || value === '1') return true;
  return value === 'false' || value === '0' ? false : value;
}

/** Ends the connection of an upload that stands still, or never ends. */
function watchProgress({ raw }: FastifyRequest): { stop(): void } {
  const { socket } = raw;
  const end_ms = performance.now() + UPLOAD_MS_MAX;
  let seen_bytes = socket.bytesRead;
  const timer = setInterval(() => {
    if (socket.bytesRead === seen_bytes || performance.now() > end_ms) raw.destroy();
    seen_bytes = socket.bytesRead;
  }, STALLED_MS);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

function tooLarge(file_bytes: number, files: number, name?: string): AppError {
  const megabytes = Math.round((file_bytes / 1024 / 1024) * 10) / 10;
  const count = files === 1 ? 'one file' : `${files} files`;
  const most = `A file may have ${megabytes} MB, and a message ${count}.`;
  return new AppError(
    'payload_too_large',
    name === undefined ? most : `The file "${name}" is too large. ${most}`,
    { details: { file_bytes, files, ...(name === undefined ? {} : { file: name }) } },
  );
}

function fieldTooLong(path: string): AppError {
  const message = 'is too long';
  return new AppError('invalid_request', `${path}: ${message}`, { details: [{ path, message }] });
}

/** What the reader of forms throws, it says by a status or by nothing but words. */
function refusalOf(error: unknown, rules: FormRules, limits: Pick<Limits, 'file_bytes'>): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  const isTooMuch = 'statusCode' in error && error.statusCode === 413;
  if (isTooMuch) return tooLarge(limits.file_bytes, rules.filesMax);
  const isRefusal = 'statusCode' in error || error.constructor === Error;
  if (!isRefusal || isOfSystem(error)) return error;
  return new AppError('malformed_form', 'The body is not a whole form (multipart/form-data).', {
    cause: error,
  });
}

function notWritten(cause: unknown): AppError {
  return new AppError('unavailable', 'The server cannot keep the file at the moment.', { cause });
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
