import sharp from 'sharp';
import { crc32 } from 'node:zlib';

/*
 * Small files of many kinds, made here byte by byte: what the server looks at, and nothing more.
 */

/** A recording as MediaRecorder of Chromium and Firefox begins it. */
export function webm(codecs: readonly string[] = ['A_OPUS']): Buffer {
  const entries = codecs.map((codec, index) =>
    element(
      'ae',
      element('d7', Buffer.from([index + 1])),
      type(codec),
      element('86', Buffer.from(codec)),
    ),
  );
  return Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('webm'))),
    // A size that is not known yet, as of everything recorded live.
    Buffer.from('1853806701ffffffffffffff', 'hex'),
    element('1549a966', element('2ad7b1', Buffer.from([0x0f, 0x42, 0x40]))),
    element('1654ae6b', ...entries),
    element('1f43b675', Buffer.alloc(200, 7)),
  ]);
}

const type = (codec: string): Buffer =>
  element('83', Buffer.from([codec.startsWith('V_') ? 1 : 2]));

function element(id: string, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x1000_0000 + bytes.length);
  return Buffer.concat([Buffer.from(id, 'hex'), size, bytes]);
}

/** A recording as Safari makes it; `last`: its tables stand at the end. */
export function mp4(
  tracks: readonly (readonly ['soun' | 'vide', codec: string])[] = [['soun', 'mp4a']],
  order: 'first' | 'last' = 'first',
): Buffer {
  const traks = tracks.map(([handler, codec]) =>
    box(
      'trak',
      box(
        'mdia',
        box('hdlr', Buffer.alloc(8), Buffer.from(handler), Buffer.alloc(13)),
        box(
          'minf',
          box(
            'stbl',
            box('stsd', Buffer.from('0000000000000001', 'hex'), box(codec, Buffer.alloc(28))),
          ),
        ),
      ),
    ),
  );
  const moov = box('moov', box('mvhd', Buffer.alloc(100)), ...traks);
  const mdat = box('mdat', Buffer.alloc(300, 9));
  const ftyp = box('ftyp', Buffer.from('isom\0\0\0\u0001isomiso5'));
  return Buffer.concat(order === 'first' ? [ftyp, moov, mdat] : [ftyp, mdat, moov]);
}

function box(name: string, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes.length + 8);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, bytes]);
}

export function oggOpus(): Buffer {
  const page = Buffer.concat([Buffer.from('OggS\0\u0002'), Buffer.alloc(20), Buffer.from([1, 19])]);
  return Buffer.concat([page, Buffer.from('OpusHead\u0001\u0001'), Buffer.alloc(120)]);
}

/** Says that it is as large as it likes, and holds nothing. */
export function pngOfSize(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(30)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const named = Buffer.concat([Buffer.from(name), content]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A PNG of not one colour, which would be a few bytes; the same each time. */
export async function picture(width: number, height: number, background = 'red'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .composite([
      { input: Buffer.from([0, 128, 255]), raw: { width: 1, height: 1, channels: 3 }, tile: false },
    ])
    .png()
    .toBuffer();
}
