import type { Theme } from '../bridge/bridge.ts';
import {
  brandFill,
  brandInk,
  DEFAULT_COLOR,
  formatColor,
  parseColor,
  type Rgb,
} from '../design/colour.ts';

/** The surfaces on which the brand colour is written, as in panel.css. */
export const LIGHT: readonly Rgb[] = [
  [255, 255, 255],
  [242, 243, 246],
];
export const DARK: readonly Rgb[] = [
  [22, 23, 27],
  [38, 40, 47],
];

/** Puts the colour of the site and the theme on the page. @param color null: not known yet */
export function applyTheme(root: HTMLElement, theme: Theme, color: string | null): void {
  const brand = parseColor(color ?? '') ?? DEFAULT_COLOR;
  const { fill, ink } = brandFill(brand);
  root.dataset['theme'] = theme;
  root.style.setProperty('--brand', formatColor(fill));
  root.style.setProperty('--on-brand', formatColor(ink));
  root.style.setProperty(
    '--accent',
    `light-dark(${formatColor(brandInk(brand, LIGHT))}, ${formatColor(brandInk(brand, DARK))})`,
  );
}
