/**
 * A form as Laravel reads it: `name[]` makes a list. A name that comes twice without brackets makes
 * a list too, which no field wants, so that it is refused instead of one of them being believed.
 */
export function parseForm(body: string): Readonly<Record<string, string | string[]>> {
  const fields = new Map<string, string | string[]>();
  for (const [key, value] of new URLSearchParams(body)) {
    const name = key.replace(/\[\d*\]$/, '');
    const before = fields.get(name);
    const isFirst = before === undefined && name === key;
    fields.set(name, isFirst ? value : [...[before ?? []].flat(), value]);
  }
  // From entries, `__proto__` is a field like any other.
  return Object.fromEntries(fields);
}
