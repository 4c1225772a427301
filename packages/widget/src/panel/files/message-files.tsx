import type { LogMessage } from '@parley/client';
import type { JSX } from 'preact';
import { useFilesPart } from './parts.ts';

/** The files of a message, or null where it has none. Until their part is loaded, links. */
export function MessageFiles({ message }: { readonly message: LogMessage }): JSX.Element | null {
  const { attachments, enclosure } = message;
  const part = useFilesPart(attachments.length > 0 || enclosure !== null);
  if (attachments.length === 0 && enclosure === null) return null;
  if (part !== null) return <part.FilesOfMessage message={message} />;
  return (
    <>
      {attachments.map(({ id, url, name }) => (
        <a key={id} href={url} target="_blank" rel="noreferrer">
          {name}
        </a>
      ))}
    </>
  );
}
