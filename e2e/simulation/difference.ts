/** Where two values differ first, as a line to read; null: nowhere. */
export function difference(shown: unknown, expected: unknown, path = ''): string | null {
  if (Object.is(shown, expected)) return null;
  if (!isObject(shown) || !isObject(expected)) {
    return `${path}: ${JSON.stringify(shown)} ≠ ${JSON.stringify(expected)}`;
  }
  for (const name of new Set([...Object.keys(shown), ...Object.keys(expected)])) {
    const found = difference(shown[name], expected[name], `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
