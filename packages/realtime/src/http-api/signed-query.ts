import { HttpError } from './http-error.ts';
import type { SignedQuery } from './request-signature.ts';

/**
 * The parameters of a call, by name in lower case. A name that comes twice would be one thing to
 * the signature and another to the route. Of a list that PHP writes as `info[0]=…&info[1]=…` its
 * SDK signs `info=…,…`, and so it is read.
 *
 * @throws HttpError 400
 */
export function parseSignedQuery(search: string): SignedQuery {
  const query = new Map<string, string>();
  const lists = new Set<string>();
  if (search === '') return query;
  for (const part of search.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const rawName = unescape(at === -1 ? part : part.slice(0, at)).toLowerCase();
    const value = at === -1 ? '' : unescape(part.slice(at + 1));
    const isItem = rawName.endsWith(']');
    const name = isItem ? rawName.replace(/\[\d*\]$/, '') : rawName;
    const before = query.get(name);
    if (before === undefined) {
      query.set(name, value);
      if (isItem) lists.add(name);
    } else if (isItem && lists.has(name)) {
      query.set(name, `${before},${value}`);
    } else {
      throw new HttpError(400, 'A parameter comes twice');
    }
  }
  return query;
}

function unescape(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new HttpError(400, 'The query is not percent-encoded UTF-8', { cause: error });
  }
}
