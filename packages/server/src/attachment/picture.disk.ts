import { stat } from 'node:fs/promises';
import type { FormatEnum, Sharp, SharpOptions } from 'sharp';
import { AppError } from '../app-error.ts';

/** A picture that was drawn anew, without anything that was hidden in the one before. */
export interface Picture {
  readonly path: string;
  readonly type: string;
  readonly size_bytes: number;
  readonly width: number;
  readonly height: number;
  /** For the first of it that fits. */
  readonly extensions: readonly [string, ...string[]];
  /** Null where the picture is small enough itself. */
  readonly thumbnail: { readonly path: string; readonly size_bytes: number } | null;
}

interface Format {
  readonly name: keyof FormatEnum;
  readonly type: string;
  readonly extensions: readonly [string, ...string[]];
}

const JPEG: Format = { name: 'jpeg', type: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jfif'] };
const PNG: Format = { name: 'png', type: 'image/png', extensions: ['png'] };
const WEBP: Format = { name: 'webp', type: 'image/webp', extensions: ['webp'] };
const GIF: Format = { name: 'gif', type: 'image/gif', extensions: ['gif'] };

/** How a picture of each type is written again. AVIF takes seconds to write, WebP does not. */
const WRITTEN_AS: Readonly<Record<string, Format>> = {
  'image/jpeg': JPEG,
  'image/png': PNG,
  'image/webp': WEBP,
  'image/gif': GIF,
  'image/avif': WEBP,
};

/** What the readers of these formats are called; every other one is switched off. */
const READERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].flatMap((format) =>
  ['File', 'Buffer'].map((source) => `VipsForeignLoad${format}${source}`),
);
const THUMBNAIL_PX = 640;
/** A picture with fewer bytes needs no thumbnail. */
const SMALL_BYTES = 64 * 1024;
const TIME_MAX_S = 30;
/** Each picture takes a core and up to 4 bytes a pixel. */
const AT_ONCE = 2;

let loading: Promise<(path: string, options: SharpOptions) => Sharp> | undefined;

/** Only a server that gets pictures pays for the library. */
async function load(): Promise<(path: string, options: SharpOptions) => Sharp> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: READERS });
  return sharp;
}

/** Told of the pixels of a picture, of all frames together, before it is drawn; throws where it shall not be. */
export type AdmitPixels = (pixels: number) => void;

/**
 * Draws a picture again, upright, and a thumbnail where it is large; the results lie beside it.
 * @param pixelsMax of all frames together
 * @param admit null: whoever it is
 * @throws AppError `unsupported_media_type`, `payload_too_large`, and what `admit` throws
 */
export async function redraw(
  path: string,
  type: string,
  pixelsMax: number,
  admit: AdmitPixels | null,
): Promise<Picture> {
  const format = WRITTEN_AS[type];
  if (format === undefined) throw unreadable('a picture of this format');
  return inTurn(async () => {
    try {
      return await draw(path, format, pixelsMax, admit);
    } catch (error) {
      if (error instanceof AppError || isDiskError(error)) throw error;
      throw unreadable(error);
    }
  });
}

async function draw(
  path: string,
  format: Format,
  pixelsMax: number,
  admit: AdmitPixels | null,
): Promise<Picture> {
  const sharp = await (loading ??= load());
  const reading = { limitInputPixels: pixelsMax, failOn: 'error', sequentialRead: true } as const;
  const said = { ...reading, limitInputPixels: false };
  const { width, height, pages = 1 } = await sharp(path, said).metadata();
  if (width * height * pages > pixelsMax) {
    throw new AppError(
      'payload_too_large',
      `The picture has more than ${Math.floor(pixelsMax / 1_000_000)} million pixels.`,
    );
  }
  admit?.(width * height * pages);
  const isAnimated = pages > 1 && (format === GIF || format === WEBP);
  const whole = sharp(path, { ...reading, animated: isAnimated });
  const target = `${path}.drawn`;
  const drawn = await (isAnimated ? whole : whole.autoOrient())
    .timeout({ seconds: TIME_MAX_S })
    .toFormat(format.name, format === JPEG || format === WEBP ? { quality: 85 } : {})
    .toFile(target);
  const size = { width: drawn.width, height: drawn.pageHeight ?? drawn.height };
  const isSmall = Math.max(size.width, size.height) <= THUMBNAIL_PX && drawn.size <= SMALL_BYTES;
  return {
    path: target,
    type: format.type,
    size_bytes: drawn.size,
    ...size,
    extensions: format.extensions,
    thumbnail: isSmall ? null : await thumbnail(sharp(target, { ...reading, pages: 1 }), path),
  };
}

async function thumbnail(picture: Sharp, path: string) {
  const target = `${path}.thumbnail`;
  await picture
    .timeout({ seconds: TIME_MAX_S })
    .resize({ width: THUMBNAIL_PX, height: THUMBNAIL_PX, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75 })
    .toFile(target);
  return { path: target, size_bytes: (await stat(target)).size };
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

function unreadable(cause: unknown): AppError {
  return new AppError('unsupported_media_type', 'The picture is broken or of a kind not known.', {
    cause,
  });
}
