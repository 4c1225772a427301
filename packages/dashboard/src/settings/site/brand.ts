/** A colour as a surface, and what is readable on it: as the widget paints it. */
export function brandOf(color: string): { fill: string; ink: string } {
  const parts = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color)?.slice(1);
  if (parts === undefined) return { fill: '#2563eb', ink: '#fff' };
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = parseInt(part, 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // 3:1 for signs, as WCAG 2.2 asks.
  return { fill: color, ink: 1.05 / (luminance + 0.05) >= 3 ? '#fff' : '#000' };
}
