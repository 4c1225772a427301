import { filesIn } from './enclosure.ts';

export interface IncomingFilesListener {
  /** Pasted or dropped; never none. */
  readonly onFiles: (files: readonly File[]) => void;
  /** Whether files hang over the page and may be dropped. */
  readonly onHover: (hovering: boolean) => void;
}

/**
 * Takes files that are pasted or dropped anywhere on the page. Text goes where it is pasted or dropped,
 * as ever. Returns how to stop.
 */
export function takeIncomingFiles({ onFiles, onHover }: IncomingFilesListener): () => void {
  const stop = new AbortController();
  const on = <K extends keyof DocumentEventMap>(
    name: K,
    act: (event: DocumentEventMap[K]) => void,
  ): void => document.addEventListener(name, act, { signal: stop.signal });
  const take = (event: Event, data: DataTransfer | null): void => {
    const files = filesIn(data);
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  on('paste', (event) => take(event, event.clipboardData));
  on('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    onHover(true);
  });
  on('dragleave', (event) => {
    // Null: it left the page, and not only one part of it for another.
    if (event.relatedTarget === null) onHover(false);
  });
  on('drop', (event) => {
    onHover(false);
    take(event, event.dataTransfer);
    // A folder is not taken, and the browser must not leave the page for it.
    const types = event.dataTransfer?.types ?? [];
    if (types.includes('Files') && !types.includes('text/plain')) event.preventDefault();
  });
  return () => stop.abort();
}
