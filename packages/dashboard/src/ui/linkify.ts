/** A piece of a text: plain, or an address that may be opened. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/**
 * Addresses begin at a word and hold no white space or quotes. E-mail addresses are taken only in
 * their everyday form. The bounds keep a hostile text from costing more than its length.
 */
const ADDRESS =
  /\b(?:https?:\/\/|mailto:)[^\s<>"'`\p{Cc}]{1,2000}|\bwww\.[^\s<>"'`\p{Cc}]{1,2000}|\b[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}\b/giu;

/** Characters that end a sentence rather than an address. */
const TRAILING = /[.,;:!?…'")\]}>]+$/u;

/** Splits a text at the addresses in it; the pieces joined are the text again (SEC-3). */
export function linkify(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = trimTrailing(match[0]);
    const href = safeHref(found);
    if (href === null) continue;
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    pieces.push({ kind: 'link', text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

/** `(see https://example.com/a)` ends before the bracket; `https://example.com/a_(b)` keeps its own. */
function trimTrailing(found: string): string {
  let address = found;
  for (;;) {
    const tail = TRAILING.exec(address)?.[0];
    if (tail === undefined) return address;
    const last = address.slice(-1);
    const opener = { ')': '(', ']': '[', '}': '{' }[last];
    if (opener !== undefined && count(address, opener) >= count(address, last)) return address;
    address = address.slice(0, -1);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Null for anything but http, https and mailto: no `javascript:`, `data:` or other scheme passes. */
function safeHref(found: string): string | null {
  const address = /^(?:https?:\/\/|mailto:)/i.test(found)
    ? found
    : found.includes('@') && !/^www\./i.test(found)
      ? `mailto:${found}`
      : `https://${found}`;
  if (!URL.canParse(address)) return null;
  const { protocol, hostname, href } = new URL(address);
  if (protocol === 'mailto:') return href;
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' ? href : null;
}
