/** A sign before the caret that asks for a list: `@` names somebody, `/` is a ready answer. */
export interface Trigger {
  readonly sign: '@' | '/';
  /** Where the sign stands, and where what was typed behind it ends. */
  readonly from: number;
  readonly to: number;
  readonly query: string;
}

/** Nobody types more of a name or a shortcut before choosing. */
const QUERY_CHARS_MAX = 50;

/**
 * The list that is asked for at the caret, or null. A sign counts at the beginning of a word alone:
 * an address or a path asks for nothing. Names may hold spaces, shortcuts not.
 */
export function triggerAt(
  text: string,
  caret: number,
  signs: readonly Trigger['sign'][],
): Trigger | null {
  const before = text.slice(0, caret);
  for (const sign of signs) {
    const from = before.lastIndexOf(sign);
    if (from === -1 || (from > 0 && !/[\s([{"'“‘]/.test(before.charAt(from - 1)))) continue;
    const query = before.slice(from + 1);
    const ends = sign === '@' ? /\n|^\s|\s{2}/ : /\s/;
    if (query.length > QUERY_CHARS_MAX || ends.test(query)) continue;
    return { sign, from, to: caret, query };
  }
  return null;
}

/** The text with the choice in place of what asked for it, and where the caret stands then. */
export function choose(
  text: string,
  { from, to }: Pick<Trigger, 'from' | 'to'>,
  insertion: string,
): { readonly text: string; readonly caret: number } {
  return {
    text: text.slice(0, from) + insertion + text.slice(to),
    caret: from + insertion.length,
  };
}

/** Those of whom some word begins with what was typed; all for nothing typed. */
export function found<T>(query: string, things: readonly T[], nameOf: (thing: T) => string): T[] {
  const wanted = fold(query);
  return things.filter((thing) => {
    const name = fold(nameOf(thing));
    return name.startsWith(wanted) || name.includes(` ${wanted}`);
  });
}

/** Without accents, which people leave out when they search. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim();
}
