/** Somebody whom a note may name. */
export interface Nameable {
  readonly id: number;
  readonly name: string;
}

/**
 * Who is named in a note: `@` and the whole name, whatever the case. What is read is what counts, so
 * a note that came over the API or was edited later names people just as one that was composed with
 * a menu. The longest name wins ("@Ada Byron" is not "@Ada"); all of one name are meant.
 */
export function mentionedIn(text: string, people: readonly Nameable[]): number[] {
  const folded = fold(text);
  const names = people
    .map(({ id, name }) => ({ id, name: fold(name) }))
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length);
  const found = new Set<number>();
  for (let at = folded.indexOf('@'); at !== -1; at = folded.indexOf('@', at + 1)) {
    const longest = names.find(({ name }) => standsAt(folded, at + 1, name))?.name;
    for (const { id, name } of names) if (name === longest) found.add(id);
  }
  return [...found];
}

/** Not where the name goes on: "@Adam" names no Ada. */
function standsAt(text: string, at: number, name: string): boolean {
  return text.startsWith(name, at) && !/^[\p{L}\p{N}]/u.test(text.slice(at + name.length));
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
