import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { type FileDesk, must, PATIENT } from '../testing/file-desk.ts';
import { picture, pngOfSize } from '../testing/media.ts';

/** What is drawn of a picture, and which are refused: SEC-3. */
export function pictureContract(desk: FileDesk): void {
  const { send, sentFile, fetched, bytesOf, onDisk } = desk;

  test('[SEC-3] are drawn anew: upright, measured, with a thumbnail, without what was hidden', async () => {
    const hidden = await sharp(await picture(1_200, 800))
      .withExif({ IFD0: { Copyright: 'where I live' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const script = Buffer.concat([hidden, Buffer.from('<script>alert(1)</script>')]);
    const file = await sentFile('photo.html', script);
    expect(file).toMatchObject({
      kind: 'image',
      type: 'image/jpeg',
      name: 'photo.html.jpg',
      width: 800,
      height: 1_200,
    });
    const response = await fetched(file.url);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('content-disposition')).toMatch(/^inline/);
    const drawn = Buffer.from(await response.arrayBuffer());
    expect(drawn.length).toBe(file.size);
    expect(drawn.includes('<script>')).toBe(false);
    const metadata = await sharp(drawn).metadata();
    expect(metadata).toMatchObject({ width: 800, height: 1_200 });
    expect([metadata.exif, metadata.orientation, metadata.xmp]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const thumbnail = await sharp(await bytesOf(must(file.thumbnail_url))).metadata();
    expect(thumbnail).toMatchObject({ format: 'webp', width: 427, height: 640 });
  });

  test('of each format stay what they were', async () => {
    const base = sharp(await picture(40, 30));
    const frames = sharp([await picture(40, 30), await picture(40, 30, 'blue')], {
      join: { animated: true },
    });
    for (const [name, bytes, type] of [
      ['a.png', await base.clone().png().toBuffer(), 'image/png'],
      ['a.webp', await base.clone().webp().toBuffer(), 'image/webp'],
      ['a.gif', await frames.gif().toBuffer(), 'image/gif'],
      ['a.avif', await base.clone().avif().toBuffer(), 'image/webp'],
    ] as const) {
      const file = await sentFile(name, bytes);
      expect(file, name).toMatchObject({ kind: 'image', type, width: 40, height: 30 });
      expect(file.thumbnail_url).toBeUndefined();
      if (type === 'image/gif') {
        expect((await sharp(await bytesOf(file.url)).metadata()).pages).toBe(2);
      }
    }
  });

  test('that are broken, or a flood of pixels: refused, and nothing is left', async () => {
    const before = await onDisk();
    const whole = await picture(300, 300);
    for (const [bytes, status] of [
      [whole.subarray(0, 200), 415],
      [pngOfSize(60_000, 60_000), 413],
      [pngOfSize(100, 100), 415],
      [pngOfSize(0, 0), 415],
    ] as const) {
      const answer = await send({
        files: [
          ['files', 'ok.txt', 'ok'],
          ['files', 'a.png', bytes],
        ],
      });
      expect(answer.status, answer.text).toBe(status);
    }
    await vi.waitFor(async () => {
      expect(await onDisk()).toEqual(before);
    }, PATIENT);
  });
}
