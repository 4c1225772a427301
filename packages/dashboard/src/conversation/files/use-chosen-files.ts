import { addFiles, filesIn, type FileProblem, type OutgoingFile } from '@parley/client';
import type { UploadLimits } from '@parley/protocol';
import { useEffect, useState } from 'react';

/** What was chosen, pasted or dropped, and is not sent yet. */
export interface ChosenFiles {
  readonly files: readonly OutgoingFile[];
  readonly problem: FileProblem | null;
  /** Files hang over the page and may be dropped. */
  readonly dropping: boolean;
  readonly add: (files: Iterable<File>) => void;
  readonly remove: (file: OutgoingFile) => void;
  readonly clear: () => void;
}

const NOTHING: Pick<ChosenFiles, 'files' | 'problem'> = { files: [], problem: null };

/** Takes files from anywhere on the page, for as long as a conversation is open. */
export function useChosenFiles(limits: UploadLimits | undefined): ChosenFiles {
  const [chosen, setChosen] = useState(NOTHING);
  const [dropping, setDropping] = useState(false);
  const add = (files: Iterable<File>): void => {
    const list = Array.from(files);
    setChosen(({ files: before }) => addFiles(before, list, limits));
  };

  useEffect(() => {
    const stop = new AbortController();
    const on = <K extends keyof DocumentEventMap>(
      name: K,
      act: (event: DocumentEventMap[K]) => void,
    ): void => document.addEventListener(name, act, { signal: stop.signal });
    const take = (files: readonly File[]): void =>
      setChosen(({ files: before }) => addFiles(before, files, limits));
    on('paste', (event) => {
      const files = filesIn(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    });
    on('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setDropping(true);
    });
    on('dragleave', (event) => {
      // Null: it left the page, and not only one part of it for another.
      if (event.relatedTarget === null) setDropping(false);
    });
    on('drop', (event) => {
      setDropping(false);
      const files = filesIn(event.dataTransfer);
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    });
    return () => stop.abort();
  }, [limits]);

  return {
    ...chosen,
    dropping,
    add,
    remove: (file) =>
      setChosen(({ files }) => ({ files: files.filter((one) => one !== file), problem: null })),
    clear: () => setChosen(NOTHING),
  };
}
