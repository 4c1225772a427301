import { extensionLabel, formatSize, isShownPicture, type OutgoingFile } from '@parley/client';
import { locale, t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';
import { useObjectUrl } from './use-object-url.ts';

/** A file of one's own that has not arrived yet. */
export function LocalFile({ file, small = false }: { file: OutgoingFile; small?: boolean }) {
  const isPicture = isShownPicture(file.type);
  const url = useObjectUrl(isPicture ? file.blob : null);
  if (!isPicture) {
    return (
      <div className={cx(card, small && 'h-16')}>
        <FileCard name={file.name} note={formatSize(file.blob.size, locale())} />
      </div>
    );
  }
  return (
    <div className={cx('overflow-hidden rounded-xl bg-sunken', small ? 'size-16' : 'min-h-16')}>
      {url !== null && (
        <img
          src={url}
          alt={t('files.picture', { name: file.name })}
          className={small ? 'size-16 object-cover' : 'block max-h-72 max-w-full'}
        />
      )}
    </div>
  );
}

export const card =
  'flex max-w-72 min-w-44 items-center gap-2.5 rounded-xl border border-line bg-raised py-2 pr-3.5 pl-2 text-sm text-ink';

/** Name and size. But for the name it is drawn: what is read out, the link says as a whole. */
export function FileCard({ name, note }: { name: string; note: string }) {
  return (
    <>
      <span
        data-drawn={extensionLabel(name) || '…'}
        className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-xs font-bold text-accent before:content-[attr(data-drawn)]"
      />
      <span className="grid min-w-0">
        <bdi className="truncate">{name}</bdi>
        <span data-drawn={note} className="text-xs text-muted before:content-[attr(data-drawn)]" />
      </span>
    </>
  );
}
