import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientFrame, clientText } from '../testing/client-frames.ts';
import { Opcode } from './frame.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';

const LIMITS = { frameBytesMax: 100_000, fragmentsMax: 64 };

/** What a reader made of its input, in order. */
type Read =
  | { text: string }
  | { binary: string }
  | { ping: string }
  | { pong: true }
  | { close: number }
  | { fault: number };

class Recorder implements FrameSink {
  readonly reads: Read[] = [];

  onMessage(payload: Buffer, isBinary: boolean): void {
    this.reads.push(
      isBinary ? { binary: payload.toString('hex') } : { text: payload.toString('utf8') },
    );
  }
  onPing(payload: Buffer): void {
    this.reads.push({ ping: payload.toString('hex') });
  }
  onPong(): void {
    this.reads.push({ pong: true });
  }
  onClose(code: number): void {
    this.reads.push({ close: code });
  }
  onFault(code: number): void {
    this.reads.push({ fault: code });
  }
}

function read(...chunks: Buffer[]): Read[] {
  const recorder = new Recorder();
  const reader = new FrameReader(LIMITS, recorder);
  for (const chunk of chunks) {
    let isRead = reader.read(Buffer.from(chunk));
    while (!isRead) isRead = reader.readOn();
  }
  return recorder.reads;
}

/** Cuts at every place that is named. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
}

const bytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const mask = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((array) => Buffer.from(array));

interface Sent {
  frames: Buffer[];
  reads: Read[];
}

/** A message in one frame or in several, with pings between them. */
const message: fc.Arbitrary<Sent> = fc
  .record({
    text: fc.string({ unit: 'binary', maxLength: 400 }).filter((text) => text.isWellFormed()),
    places: fc.array(fc.nat(), { maxLength: 4 }),
    pings: fc.array(bytes(125), { maxLength: 4 }),
    mask,
    isBinary: fc.boolean(),
  })
  .map(({ text, places, pings, mask, isBinary }) => {
    const payload = Buffer.from(text, 'utf8');
    const pieces = cut(payload, places);
    const frames: Buffer[] = [];
    const reads: Read[] = [];
    for (const [at, piece] of pieces.entries()) {
      const first = isBinary ? Opcode.Binary : Opcode.Text;
      const opcode = at === 0 ? first : Opcode.Continuation;
      frames.push(clientFrame(opcode, piece, { fin: at === pieces.length - 1, mask }));
      const ping = at < pieces.length - 1 ? pings[at] : undefined;
      if (ping === undefined) continue;
      frames.push(clientFrame(Opcode.Ping, ping, { mask }));
      reads.push({ ping: ping.toString('hex') });
    }
    reads.push(isBinary ? { binary: payload.toString('hex') } : { text });
    return { frames, reads };
  });

describe('[PP-2] what a client says', () => {
  test('is the same in however many frames and chunks it comes', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, places) => {
          const stream = Buffer.concat(messages.flatMap(({ frames }) => frames));
          expect(read(...cut(stream, places))).toEqual(messages.flatMap(({ reads }) => reads));
        },
      ),
    );
  });

  test('is the same byte by byte, also where it is long', () => {
    const text = 'äöü€😀'.repeat(6_000);
    const stream = Buffer.concat([clientText(text), clientText('end')]);
    const single = Array.from(stream, (byte) => Buffer.from([byte]));
    expect(read(...single)).toEqual([{ text }, { text: 'end' }]);
  });

  test('is handled in turns where it is much', () => {
    const texts = Array.from({ length: 1_000 }, (_, n) => `text ${n}`);
    const recorder = new Recorder();
    const reader = new FrameReader(LIMITS, recorder);
    let most = 0;
    let isRead = reader.read(Buffer.concat(texts.map(clientText)));
    while (!isRead) {
      const before = recorder.reads.length;
      isRead = reader.readOn();
      most = Math.max(most, recorder.reads.length - before);
    }
    expect(recorder.reads).toEqual(texts.map((text) => ({ text })));
    expect(most).toBeLessThan(100);
  });

  test('is never written over by what comes next', () => {
    const payloads: Buffer[] = [];
    const recorder = new Recorder();
    recorder.onMessage = (payload) => void payloads.push(payload);
    const reader = new FrameReader(LIMITS, recorder);
    const stream = Buffer.concat([clientText('first'), clientText('second'), clientText('third')]);
    for (const chunk of cut(stream, [3, 14, 20])) reader.read(Buffer.from(chunk));
    expect(payloads.map(String)).toEqual(['first', 'second', 'third']);
  });
});

describe('[PP-2] bytes that are no frames', () => {
  test('of any kind never throw, and nothing is read after the fault', () => {
    fc.assert(
      fc.property(bytes(400), fc.array(fc.nat(), { maxLength: 10 }), (stream, places) => {
        const reads = read(...cut(stream, places));
        const fault = reads.findIndex((one) => 'fault' in one);
        expect(fault === -1 || fault === reads.length - 1).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  const ping = (payload: Buffer, fin = true): Buffer => clientFrame(Opcode.Ping, payload, { fin });
  const closing = (...payload: number[]): Buffer => clientFrame(Opcode.Close, Buffer.from(payload));

  test.each<[string, number, Buffer[]]>([
    ['a ping in pieces', 1002, [ping(Buffer.alloc(1), false)]],
    ['a long ping', 1002, [ping(Buffer.alloc(126))]],
    ['a control opcode that is not known', 1002, [clientFrame(0xb, Buffer.alloc(0))]],
    ['a continuation of nothing', 1002, [clientFrame(Opcode.Continuation, Buffer.alloc(0))]],
    [
      'a message within another',
      1002,
      [clientFrame(Opcode.Text, Buffer.alloc(1), { fin: false }), clientText('x')],
    ],
    ['a close code of one byte', 1002, [closing(3)]],
    ['a close code that never stands in a frame', 1002, [closing(0x03, 0xed)]],
    ['a close code of nobody', 1002, [closing(0x07, 0xd0)]],
    ['a close reason that is no text', 1007, [closing(0x03, 0xe8, 0xff)]],
    ['a length above 2^53', 1009, [Buffer.from([0x81, 0xff, ...Array<number>(8).fill(0xff)])]],
    [
      'text whose pieces are no text together',
      1007,
      [
        clientFrame(Opcode.Text, Buffer.from([0xe2, 0x82]), { fin: false }),
        clientFrame(Opcode.Continuation, Buffer.from([0x28])),
      ],
    ],
  ])('%s: %i', (_what, code, frames) => {
    expect(read(...frames, clientText('unheard'))).toEqual([{ fault: code }]);
  });

  test('a character that was cut in two is whole again', () => {
    const frames = [
      clientFrame(Opcode.Text, Buffer.from([0xe2, 0x82]), { fin: false }),
      clientFrame(Opcode.Continuation, Buffer.from([0xac])),
    ];
    expect(read(...frames)).toEqual([{ text: '€' }]);
  });

  test('a goodbye with a code, and without', () => {
    expect(read(closing(0x10, 0x68))).toEqual([{ close: 4200 }]);
    expect(read(closing())).toEqual([{ close: 1005 }]);
  });
});
