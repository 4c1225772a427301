import { open } from 'node:fs/promises';
import { tracksOf } from './tracks.disk.ts';

/** What a file is, decided from what is in it. What its sender calls it counts for nothing. */
export interface Content {
  readonly kind: 'picture' | 'audio' | 'video' | 'file';
  /** Media type. */
  readonly type: string;
  /** What the content is usually called; null where nothing is known. */
  readonly extension: string | null;
}

/** Pictures that are drawn anew. What else is a picture (SVG, TIFF, HEIC…) is a file to download. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);
/** What browsers play, by the names that they know it under. */
const PLAYED: Readonly<Record<string, Content>> = {
  'audio/mpeg': { kind: 'audio', type: 'audio/mpeg', extension: 'mp3' },
  'audio/wav': { kind: 'audio', type: 'audio/wav', extension: 'wav' },
  'audio/aac': { kind: 'audio', type: 'audio/aac', extension: 'aac' },
  'audio/flac': { kind: 'audio', type: 'audio/flac', extension: 'flac' },
  'audio/x-flac': { kind: 'audio', type: 'audio/flac', extension: 'flac' },
  'audio/ogg': { kind: 'audio', type: 'audio/ogg', extension: 'ogg' },
  'video/ogg': { kind: 'video', type: 'video/ogg', extension: 'ogv' },
};
const MP4 = new Set(['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/x-m4v', 'video/quicktime']);
const SNIFFED_BYTES = 4_096;

export async function contentOf(path: string): Promise<Content> {
  // Only a server that gets files pays for the library.
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(path);
  const type = found?.mime.split(';', 1)[0] ?? '';
  if (found === undefined) return plainContent(path);
  if (PICTURES.has(type)) return { kind: 'picture', type, extension: found.ext };
  if (MP4.has(type)) return recorded(path, 'mp4');
  if (type === 'video/webm' || type === 'audio/webm') return recorded(path, 'webm');
  return PLAYED[type] ?? { kind: 'file', type, extension: found.ext };
}

/** A container that may hold sound, pictures, or both. */
async function recorded(path: string, container: 'webm' | 'mp4'): Promise<Content> {
  const file = await open(path, 'r');
  try {
    const tracks = await tracksOf(file, container);
    if (tracks === null) {
      return { kind: 'file', type: `video/${container}`, extension: container };
    }
    if (tracks.video.length > 0) {
      return { kind: 'video', type: `video/${container}`, extension: container };
    }
    const extension = container === 'mp4' ? 'm4a' : 'webm';
    return { kind: 'audio', type: `audio/${container}`, extension };
  } finally {
    await file.close();
  }
}

/** No format that is known: text, or just bytes. */
async function plainContent(path: string): Promise<Content> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    const type = isText(buffer.subarray(0, bytesRead)) ? 'text/plain' : 'application/octet-stream';
    return { kind: 'file', type, extension: null };
  } finally {
    await file.close();
  }
}

function isText(bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.includes(0)) return false;
  // The last character may be cut.
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true });
  return !text.includes('\uFFFD');
}
