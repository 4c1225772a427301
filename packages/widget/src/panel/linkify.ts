/** A stretch of a message's text: as it is, or as a link. The texts together are the message. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

// Every repetition is bounded or starts at a word's beginning only: linear for any text.
const CANDIDATE =
  /(?<![\p{L}\p{N}_])(?:https?:\/\/|www\.|mailto:)[^\s<>"]+|(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/giu;

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** What belongs to the sentence around a link and not to the link. */
function withoutTail(candidate: string): string {
  const open = new Map<string, number>();
  for (const sign of candidate) open.set(sign, (open.get(sign) ?? 0) + 1);
  let end = candidate.length;
  for (; end > 0; end -= 1) {
    const last = candidate.charAt(end - 1);
    const opening = PAIRS[last];
    if (opening !== undefined) {
      // A closing bracket belongs to the link if it was opened there: /wiki/Foo_(bar).
      if ((open.get(last) ?? 0) <= (open.get(opening) ?? 0)) break;
      open.set(last, (open.get(last) ?? 0) - 1);
    } else if (!/[.,;:!?'*_~…»”’]/u.test(last)) break;
  }
  return candidate.slice(0, end);
}

function address(text: string): string | null {
  const address = /^(?:https?:\/\/|mailto:)/i.test(text)
    ? text
    : /^www\./i.test(text)
      ? `https://${text}`
      : `mailto:${text}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (!SCHEMES.has(url.protocol)) return null;
  // `https://bank.example@evil.example` reads as what it is not.
  if (url.username !== '' || url.password !== '') return null;
  return url.protocol === 'mailto:' || url.hostname.includes('.') || url.hostname === 'localhost'
    ? url.href
    : null;
}

/** Finds web and mail addresses in a message. Never makes a link of any other scheme (SEC-3). */
export function linkify(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const link = withoutTail(match[0]);
    const href = address(link);
    if (href === null) continue;
    if (match.index > done) segments.push({ kind: 'text', text: text.slice(done, match.index) });
    segments.push({ kind: 'link', text: link, href });
    done = match.index + link.length;
  }
  if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) });
  return segments;
}
