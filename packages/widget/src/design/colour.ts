/** A colour of sRGB, each part 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export const DEFAULT_COLOR: Rgb = [0x25, 0x63, 0xeb];

/** WCAG 2.2 AA for text of any size. */
export const CONTRAST_MIN = 4.5;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** `#rrggbb`, or null for anything else. */
export function parseColor(color: string): Rgb | null {
  if (!/^#[\da-f]{6}$/i.test(color)) return null;
  const part = (start: number): number => parseInt(color.slice(start, start + 2), 16);
  return [part(1), part(3), part(5)];
}

export function formatColor(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance as WCAG defines it, 0–1. */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio as WCAG defines it, 1–21. */
export function contrast(first: Rgb, second: Rgb): number {
  const a = luminance(first);
  const b = luminance(second);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function mix(color: Rgb, other: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2): number =>
    Math.round(color[index] + (other[index] - color[index]) * share);
  return [part(0), part(1), part(2)];
}

/** The colour nearest to `color`, towards `goal`, that stands out from all of `against`. */
function strengthen(color: Rgb, goal: Rgb, against: readonly Rgb[]): Rgb {
  for (let step = 0; step < 50; step += 1) {
    const candidate = mix(color, goal, step / 50);
    if (against.every((surface) => contrast(candidate, surface) >= CONTRAST_MIN)) return candidate;
  }
  return goal;
}

/** White where signs in it stand out from the colour (3:1), else black. */
export const inkOn = (color: Rgb): Rgb => (contrast(color, WHITE) >= 3 ? WHITE : BLACK);

export interface Fill {
  readonly fill: Rgb;
  /** Readable on `fill`. */
  readonly ink: Rgb;
}

/**
 * The brand colour as a surface with writing on it. White writing where a slight darkening allows
 * it, since that is how a brand is mostly seen; black writing on light colours.
 */
export function brandFill(color: Rgb): Fill {
  return inkOn(color) === WHITE
    ? { fill: strengthen(color, BLACK, [WHITE]), ink: WHITE }
    : { fill: color, ink: BLACK };
}

/** The brand colour as writing, readable on each of the surfaces (all light, or all dark). */
export function brandInk(color: Rgb, surfaces: readonly Rgb[]): Rgb {
  const light = surfaces.every((surface) => luminance(surface) > 0.18);
  return strengthen(color, light ? BLACK : WHITE, surfaces);
}
