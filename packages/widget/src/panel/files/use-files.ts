import { addFiles, takeIncomingFiles, type FileProblem, type OutgoingFile } from '@parley/client';
import type { UploadLimits } from '@parley/protocol';
import { useEffect, useState } from 'preact/hooks';

/** What was chosen, pasted or dropped, and is not sent yet. */
export interface ChosenFiles {
  readonly files: readonly OutgoingFile[];
  readonly problem: FileProblem | null;
  /** Files hang over the panel and may be dropped. */
  readonly dropping: boolean;
  readonly add: (files: Iterable<File>) => void;
  readonly remove: (file: OutgoingFile) => void;
  readonly clear: () => void;
}

const NOTHING: Pick<ChosenFiles, 'files' | 'problem'> = { files: [], problem: null };

/** @param enabled whether files may come now by paste and drop */
export function useFiles(limits: UploadLimits | undefined, enabled: boolean): ChosenFiles {
  const [chosen, setChosen] = useState(NOTHING);
  const [dropping, setDropping] = useState(false);
  const add = (files: Iterable<File>): void => {
    const list = Array.from(files);
    setChosen(({ files: before }) => addFiles(before, list, limits));
  };

  useEffect(() => {
    if (!enabled) return undefined;
    return takeIncomingFiles({ onFiles: add, onHover: setDropping });
  }, [enabled, limits]);

  return {
    ...chosen,
    dropping,
    add,
    remove: (file) =>
      setChosen(({ files }) => ({ files: files.filter((one) => one !== file), problem: null })),
    clear: () => setChosen(NOTHING),
  };
}
