import type { JSX } from 'preact';
import { linkify } from './linkify.ts';

/** A message's text, as text, with its web and mail addresses as links (SEC-3). */
export function MessageText({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {linkify(text).map((segment) =>
        segment.kind === 'text' ? (
          segment.text
        ) : (
          <a href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
            {segment.text}
          </a>
        ),
      )}
    </>
  );
}
