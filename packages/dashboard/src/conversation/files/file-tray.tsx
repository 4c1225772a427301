import { formatSize } from '@parley/client';
import { Paperclip, X } from 'lucide-react';
import { useRef } from 'react';
import { locale, t } from '../../i18n/translate.ts';
import { IconButton } from '../../ui/button.tsx';
import { LocalFile } from './local-file.tsx';
import type { ChosenFiles } from './use-chosen-files.ts';

/** Opens the system's window to choose files. */
export function AttachButton({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('files.attach')} onClick={() => picker.current?.click()}>
        <Paperclip size={16} aria-hidden />
      </IconButton>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onFiles(Array.from(currentTarget.files ?? []));
          // The same file may be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

/** What goes along with the next message. */
export function FileTray({ chosen }: { chosen: ChosenFiles }) {
  const { files, problem } = chosen;
  return (
    <>
      {problem !== null && (
        <p role="alert" className="px-4 pt-2.5 text-sm text-late">
          {problemText(problem)}
        </p>
      )}
      {files.length > 0 && (
        <ul className="flex gap-2.5 overflow-x-auto px-4 pt-3.5 pb-1">
          {files.map((file, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- two may have all in common
            <li key={index} className="relative shrink-0">
              <LocalFile file={file} small />
              <button
                type="button"
                aria-label={t('files.remove', { name: file.name })}
                onClick={() => chosen.remove(file)}
                className="absolute -top-1.5 -right-1.5 flex size-6 items-center justify-center rounded-full bg-ink text-canvas shadow-low"
              >
                <X size={13} strokeWidth={2.5} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function problemText(problem: NonNullable<ChosenFiles['problem']>): string {
  switch (problem.kind) {
    case 'too-large':
      return t('files.tooLarge', {
        name: problem.name,
        size: formatSize(problem.limit_bytes, locale()),
      });
    case 'empty':
      return t('files.empty', { name: problem.name });
    case 'too-many':
      return t('files.tooMany', { count: problem.limit });
  }
}

/** Lies over the page while files hang over it. */
export function DropHint({ name }: { name: string }) {
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed inset-3 z-40 flex items-center justify-center rounded-2xl border-2 border-dashed border-accent bg-surface/85 text-lg font-semibold"
    >
      {t('files.drop', { name })}
    </div>
  );
}
