import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Sdk from '@aws-sdk/client-s3';
import { AppError } from '../app-error.ts';
import type { S3Settings } from '../config/s3.ts';
import { shelfOf } from './storage.ts';
import type { FileStorage } from './storage.ts';

interface Connection {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.S3Client;
}

const CONNECT_MAX_MS = 3_000;
/** Nothing moves on a connection for so long: it is given up, and whoever waits is told. */
const STILL_MAX_MS = 15_000;
/** Each is held for as long as a browser takes to read what comes over it. */
const SOCKETS_MAX = 256;
const ATTEMPTS = 3;
const PAUSE_MS = 200;
const RETRY_AFTER_S = 5;

const nothing = (): void => undefined;
/** What fails is thrown, and told by whoever called; by itself the library writes to the console. */
const SAYS_NOTHING = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Files in a bucket. Where it cannot be reached, and where it refuses, all of these reject with
 * AppError `unavailable`: callers try again, and nothing was taken that is not kept.
 */
export function createS3Storage(settings: S3Settings): FileStorage {
  const { bucket: Bucket } = settings;
  const named = (key: string) => ({ Bucket, Key: `${settings.prefix}${shelfOf(key)}/${key}` });
  let opening: Promise<Connection> | undefined;
  const open = (): Promise<Connection> => (opening ??= connect(settings));

  return {
    async put(key, path) {
      const { sdk, client } = await open();
      const { size } = await stat(path);
      await reached(() =>
        repeated(() =>
          client.send(
            new sdk.PutObjectCommand({
              ...named(key),
              Body: createReadStream(path),
              ContentLength: size,
              ContentType: 'application/octet-stream',
            }),
          ),
        ),
      );
    },
    async read(key, range) {
      const { sdk, client } = await open();
      const Range = range === null ? undefined : `bytes=${range.start}-${range.end}`;
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ ...named(key), Range }));
        if (Body instanceof Readable) return Body;
        throw new Error('The storage answered without a body');
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return null;
        throw unreachable(error);
      }
    },
    async remove(key) {
      const { sdk, client } = await open();
      await reached(() => client.send(new sdk.DeleteObjectCommand(named(key))));
    },
  };
}

/** Only a server that keeps files there pays for the library. */
async function connect(settings: S3Settings): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3');
  const { region, endpoint, pathStyle, login } = settings;
  const agent = { keepAlive: true, maxSockets: SOCKETS_MAX };
  const client = new sdk.S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: pathStyle,
    ...(login !== null && {
      credentials: { accessKeyId: login.keyId, secretAccessKey: login.key.reveal() },
    }),
    maxAttempts: ATTEMPTS,
    logger: SAYS_NOTHING,
    // Trailing checksums are Amazon's; other services refuse them. TCP and TLS have their own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MAX_MS,
      socketTimeout: STILL_MAX_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  return { sdk, client };
}

/** The library repeats all but what it reads from a stream: that begins anew, with a new one. */
async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw error;
      await sleep(PAUSE_MS * attempt);
    }
  }
}

/** No answer at all, or one that says that it is the other side's fault. */
function isPassing(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return status === undefined || status >= 500 || status === 429;
}

async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreachable(error);
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError('unavailable', 'The server cannot reach its files. Try again soon.', {
    retryAfter_s: RETRY_AFTER_S,
    cause,
  });
}
