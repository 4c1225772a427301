import { addFiles, takeIncomingFiles, type FileProblem, type OutgoingFile } from '@parley/client';
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
    return takeIncomingFiles({ onFiles: add, onHover: setDropping });
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
