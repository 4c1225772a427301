import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
    const themes: readonly (readonly Rgb[])[] = [
      [
        [255, 255, 255],
        [243, 244, 246],
      ],
      [
        [23, 24, 28],
        [35, 37, 43],
      ],
    ];
    fc.assert(
      fc.property(color, fc.constantFrom(...themes), (brand, surfaces) => {
        const ink = brandInk(brand, surfaces);
        for (const surface of surfaces)
          expect(contrast(ink, surface)).toBeGreaterThanOrEqual(CONTRAST_MIN);
      }),
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
