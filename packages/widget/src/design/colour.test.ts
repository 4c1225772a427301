import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DARK, LIGHT } from '../panel/theme.ts';
import {
  brandFill,
  brandInk,
  contrast,
  CONTRAST_MIN,
  formatColor,
  parseColor,
  type Rgb,
} from './colour.ts';

const part = fc.integer({ min: 0, max: 255 });
const color: fc.Arbitrary<Rgb> = fc.tuple(part, part, part);

describe('brand colour', () => {
  it('knows the contrasts of WCAG', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([0x76, 0x76, 0x76], [255, 255, 255])).toBeCloseTo(4.54, 2);
    expect(contrast([10, 20, 30], [10, 20, 30])).toBe(1);
  });

  it('any colour can be written on', () => {
    fc.assert(
      fc.property(color, (brand) => {
        const { fill, ink } = brandFill(brand);
        expect(contrast(fill, ink)).toBeGreaterThanOrEqual(CONTRAST_MIN);
      }),
    );
  });

  it('any colour can be read on the surfaces of both themes', () => {
    fc.assert(
      fc.property(color, fc.constantFrom(LIGHT, DARK), (brand, surfaces) => {
        const ink = brandInk(brand, surfaces);
        for (const surface of surfaces)
          expect(contrast(ink, surface)).toBeGreaterThanOrEqual(CONTRAST_MIN);
      }),
    );
  });

  it('what is written on a tint of any colour can be read, wherever the styles have one', () => {
    const written = tints();
    expect(written.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(color, fc.constantFrom(...written), (brand, { share, of, where }) => {
        const { fill } = brandFill(brand);
        for (const [text, muted, surface] of [
          ['#15171c', '#5b616e', LIGHT[0]],
          ['#eceef2', '#a0a6b3', DARK[0]],
        ] as const) {
          // Behind the header only a veil lies, and the smaller writing on it.
          const ink = parseColor(of === 'transparent' ? muted : text) as Rgb;
          const back = of === 'transparent' ? veil : mixOklab;
          const tint = back(fill, surface as Rgb, share);
          expect(contrast(tint, ink), where).toBeGreaterThanOrEqual(CONTRAST_MIN);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('a colour that is fit already stays as the owner chose it', () => {
    const brand: Rgb = [0x1d, 0x4e, 0xd8];
    expect(brandFill(brand)).toEqual({ fill: brand, ink: [255, 255, 255] });
    expect(brandInk(brand, [[255, 255, 255]])).toEqual(brand);
  });

  it('reads #rrggbb and nothing else', () => {
    fc.assert(
      fc.property(color, (brand) => {
        expect(parseColor(formatColor(brand))).toEqual(brand);
      }),
    );
    for (const rubbish of ['', 'red', '#fff', '#12345g', '#1234567', 'url(x)', '#112233\n'])
      expect(parseColor(rubbish)).toBeNull();
  });
});

/** Where a tint of the brand colour is written on: all in the colour of text, or under the header. */
function tints() {
  const panel = join(import.meta.dirname, '../panel');
  const files = readdirSync(panel, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.css'))
    .flatMap((name) => readFileSync(join(panel, name), 'utf8').split('}'))
    .flatMap((rule) =>
      [...rule.matchAll(/color-mix\(in oklab, var\(--brand\) (\d+)%, ([^)]*\)?)\)/g)].map(
        ([, percent, of = '']) => {
          const where = rule.trim();
          if (of !== 'transparent') {
            expect(of, where).toBe('var(--surface)');
            expect(where).toContain('color: var(--text)');
          }
          return { share: Number(percent) / 100, of, where };
        },
      ),
    );
}

/** As a browser lays a colour that is partly transparent over another. */
const veil = (over: Rgb, under: Rgb, share: number): Rgb =>
  [0, 1, 2].map((part) => (over[part] ?? 0) * share + (under[part] ?? 0) * (1 - share)) as never;

/** As `color-mix(in oklab, …)` does (CSS Color 4). */
function mixOklab(one: Rgb, other: Rgb, share: number): Rgb {
  const [a, b] = [oklab(one), oklab(other)];
  return fromOklab(a.map((part, at) => part * share + (b[at] ?? 0) * (1 - share)));
}

const times = (matrix: readonly (readonly number[])[], [x = 0, y = 0, z = 0]: readonly number[]) =>
  matrix.map(([a = 0, b = 0, c = 0]) => a * x + b * y + c * z);

function oklab(rgb: Rgb): readonly number[] {
  const linear = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const cone = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
  ];
  const lab = [
    [0.210_454_255_3, 0.793_617_785, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766],
  ];
  return times(lab, times(cone, linear).map(Math.cbrt));
}

function fromOklab(lab: readonly number[]): Rgb {
  const cone = [
    [1, 0.396_337_777_4, 0.215_803_757_3],
    [1, -0.105_561_345_8, -0.063_854_172_8],
    [1, -0.089_484_177_5, -1.291_485_548],
  ];
  const linear = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701],
  ];
  const cubes = times(cone, lab).map((part) => part ** 3);
  return times(linear, cubes).map((part) => {
    const share = Math.min(1, Math.max(0, part));
    return 255 * (share <= 0.003_130_8 ? share * 12.92 : 1.055 * share ** (1 / 2.4) - 0.055);
  }) as never;
}
