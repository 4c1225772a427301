import { linkify } from './linkify.ts';

/** What a person wrote: text and links, never markup (SEC-3). */
export function MessageText({ text }: { text: string }) {
  return linkify(text).map((piece, index) =>
    piece.kind === 'text' ? (
      piece.text
    ) : (
      <a
        // oxlint-disable-next-line react/no-array-index-key -- a piece of a text is its place
        key={index}
        href={piece.href}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        className="underline decoration-current/40 underline-offset-2 hover:decoration-current"
      >
        {piece.text}
      </a>
    ),
  );
}
