/** What the panel asks of the page around it, beyond being shown. */
export type PageRequest =
  /** Another title for the page; null: its own again. */
  | { readonly do: 'title'; readonly text: string | null }
  /** Shows so much of the panel above the launcher, in CSS pixels; without height nothing. */
  | { readonly do: 'peek'; readonly width: number; readonly height: number }
  | { readonly do: 'open' }
  /** Tells the panel of each page that a single-page application goes on to. */
  | { readonly do: 'follow' }
  /** Asks the visitor whether the page may notify. */
  | { readonly do: 'permit' }
  | { readonly do: 'notify'; readonly title: string; readonly body: string };

const LINE_CHARS = 300;
const LENGTH_MAX_PX = 600;

const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LINE_CHARS;
const isLength = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= LENGTH_MAX_PX;

/** The request, or null for anything else. */
export function pageRequest(value: Readonly<Record<string, unknown>>): PageRequest | null {
  const { do: what, text, width, height, title, body } = value;
  switch (what) {
    case 'title':
      return text === null || isLine(text) ? { do: what, text } : null;
    case 'peek':
      return isLength(width) && isLength(height) ? { do: what, width, height } : null;
    case 'notify':
      return isLine(title) && isLine(body) ? { do: what, title, body } : null;
    case 'open':
    case 'follow':
    case 'permit':
      return { do: what };
    default:
      return null;
  }
}
