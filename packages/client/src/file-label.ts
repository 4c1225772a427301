const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** As people say sizes: the largest unit that fits, with three digits at most. */
export function formatSize(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
}

/** What a file is called by its extension: `PDF`. Empty where there is none that says anything. */
export function extensionLabel(name: string): string {
  return /[^.]\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1]?.toUpperCase() ?? '';
}

/** Pictures that browsers show as they are, before the server has looked at them. */
export function isShownPicture(type: string): boolean {
  return /^image\/(jpeg|png|gif|webp|avif)$/.test(type);
}
