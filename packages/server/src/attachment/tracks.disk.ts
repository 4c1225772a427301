import type { FileHandle } from 'node:fs/promises';

/** The codecs of a recording, by kind of track, as its container names them. */
export interface Tracks {
  readonly audio: readonly string[];
  readonly video: readonly string[];
}

/** The tables that we look for stand near the beginning, or have a box of their own. */
const HEAD_BYTES_MAX = 1024 * 1024;
const ELEMENTS_MAX = 1_000;

/** Null where the container is broken, or says nothing of its tracks. */
export async function tracksOf(
  file: FileHandle,
  container: 'webm' | 'mp4',
): Promise<Tracks | null> {
  const found = container === 'webm' ? webmTracks(await head(file, 0)) : await mp4Tracks(file);
  return found.audio.length + found.video.length === 0 ? null : found;
}

async function head(file: FileHandle, position: number, length = HEAD_BYTES_MAX): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

interface Element {
  readonly name: string;
  readonly content: Buffer;
}

function* limited(elements: Iterable<Element>): Generator<Element> {
  let count = 0;
  for (const element of elements) {
    if (++count > ELEMENTS_MAX) return;
    yield element;
  }
}

// WebM (EBML): an id of 1 to 4 bytes, a size of 1 to 8, the content.

const SEGMENT = '18538067';
const TRACKS = '1654ae6b';
const TRACK_ENTRY = 'ae';
const TRACK_TYPE = '83';
const CODEC_ID = '86';

function webmTracks(bytes: Buffer): Tracks {
  const audio: string[] = [];
  const video: string[] = [];
  const tracks = inside(ebml(bytes), SEGMENT).flatMap((segment) => inside(ebml(segment), TRACKS));
  for (const entry of tracks.flatMap((content) => inside(ebml(content), TRACK_ENTRY))) {
    const fields = new Map([...limited(ebml(entry))].map(({ name, content }) => [name, content]));
    const codec = fields.get(CODEC_ID)?.toString('latin1') ?? '';
    const type = fields.get(TRACK_TYPE)?.at(-1);
    if (type === 1) video.push(codec);
    if (type === 2) audio.push(codec);
  }
  return { audio, video };
}

function inside(elements: Iterable<Element>, wanted: string): Buffer[] {
  return [...limited(elements)].filter(({ name }) => name === wanted).map(({ content }) => content);
}

/** What was recorded live has sizes that are not known: it then goes on to the end. */
function* ebml(bytes: Buffer): Generator<Element> {
  let at = 0;
  while (at < bytes.length) {
    const idLength = Math.clz32(bytes[at] ?? 0) - 23;
    const sizeAt = at + idLength;
    const first = bytes[sizeAt];
    if (idLength > 4 || first === undefined || first === 0) return;
    const sizeLength = Math.clz32(first) - 23;
    const start = sizeAt + sizeLength;
    if (start > bytes.length) return;
    let size = first & (0xff >> sizeLength);
    let isKnown = size !== 0xff >> sizeLength;
    for (const byte of bytes.subarray(sizeAt + 1, start)) {
      size = size * 256 + byte;
      isKnown ||= byte !== 0xff;
    }
    const end = isKnown ? start + size : bytes.length;
    yield { name: bytes.toString('hex', at, sizeAt), content: bytes.subarray(start, end) };
    at = end;
  }
}

// MP4 (ISO base media): a size of 4 bytes, a name of 4, the content.

async function mp4Tracks(file: FileHandle): Promise<Tracks> {
  const audio: string[] = [];
  const video: string[] = [];
  const moov = await findMoov(file);
  for (const trak of moov === null ? [] : inside(boxes(moov), 'trak')) {
    const media = inside(boxes(trak), 'mdia');
    const handler = media
      .flatMap((mdia) => inside(boxes(mdia), 'hdlr'))
      .map((hdlr) => hdlr.toString('latin1', 8, 12))[0];
    const codec = media
      .flatMap((mdia) => inside(boxes(mdia), 'minf'))
      .flatMap((minf) => inside(boxes(minf), 'stbl'))
      .flatMap((stbl) => inside(boxes(stbl), 'stsd'))
      .map((stsd) => stsd.toString('latin1', 12, 16))[0];
    if (handler === 'soun') audio.push(codec ?? '');
    if (handler === 'vide') video.push(codec ?? '');
  }
  return { audio, video };
}

/** It may stand at the very end, so the boxes before it are stepped over and not read. */
async function findMoov(file: FileHandle): Promise<Buffer | null> {
  const { size: end } = await file.stat();
  let at = 0;
  for (let count = 0; count < ELEMENTS_MAX && at + 8 <= end; count += 1) {
    const start = await head(file, at, 16);
    if (start.length < 8) return null;
    const short = start.readUInt32BE(0);
    const isLong = short === 1 && start.length === 16;
    const size = isLong ? Number(start.readBigUInt64BE(8)) : short === 0 ? end - at : short;
    const header = isLong ? 16 : 8;
    if (size < header) return null;
    if (start.toString('latin1', 4, 8) === 'moov') {
      return head(file, at + header, Math.min(size - header, HEAD_BYTES_MAX));
    }
    at += size;
  }
  return null;
}

function* boxes(bytes: Buffer): Generator<Element> {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size < 8) return;
    const name = bytes.toString('latin1', at + 4, at + 8);
    yield { name, content: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}
