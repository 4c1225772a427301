import { formatSize, type Enclosure, type LogMessage } from '@parley/client';
import type { Attachment } from '@parley/protocol';
import { X } from 'lucide-react';
import { useState, lazy, Suspense } from 'react';
import { locale, t } from '../../i18n/translate.ts';
import { loadLate } from '../../load-late.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { card, FileCard, LocalFile } from './local-file.tsx';
import { Player } from './player.tsx';

const load = () => loadLate(() => import('./lightbox.tsx'));
const Lightbox = lazy(async () => ({ default: (await load()).Lightbox }));

/** The files of a message, on their way or there; nothing where it has none. */
export function MessageFiles({ message, onCancel }: { message: LogMessage; onCancel: () => void }) {
  const { attachments, enclosure } = message;
  if (enclosure !== null) {
    return <UnderWay enclosure={enclosure} message={message} onCancel={onCancel} />;
  }
  return attachments.length === 0 ? null : <Arrived attachments={attachments} />;
}

function Arrived({ attachments }: { attachments: readonly Attachment[] }) {
  const [opened, setOpened] = useState<number | null>(null);
  const isPicture = ({ kind, removed }: Attachment): boolean => kind === 'image' && !removed;
  const pictures = attachments.filter(isPicture);
  const others = attachments.filter((file) => !isPicture(file));
  return (
    <>
      {pictures.length > 0 && (
        <div
          className={cx(
            'grid gap-1 overflow-hidden rounded-2xl',
            pictures.length > 1 && 'grid-cols-[repeat(2,minmax(0,10rem))]',
          )}
        >
          {pictures.map((picture, index) => (
            <Picture
              key={picture.id}
              picture={picture}
              alone={pictures.length === 1}
              onOpen={() => setOpened(index)}
            />
          ))}
        </div>
      )}
      {others.map((file) => (
        <OtherFile key={file.id} file={file} />
      ))}
      {opened !== null && (
        <Suspense>
          <Lightbox
            pictures={pictures}
            index={opened}
            onIndex={setOpened}
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
    </>
  );
}

function Picture({
  picture,
  alone,
  onOpen,
}: {
  picture: Attachment;
  alone: boolean;
  onOpen: () => void;
}) {
  const { name, url, thumbnail_url, type, width, height } = picture;
  return (
    <button
      type="button"
      aria-label={t('files.open', { name })}
      aria-haspopup="dialog"
      onClick={onOpen}
      className="block cursor-zoom-in overflow-hidden bg-sunken focus-visible:-outline-offset-2"
    >
      <img
        // What moves is shown moving.
        src={type === 'image/gif' ? url : (thumbnail_url ?? url)}
        alt=""
        width={width}
        height={height}
        loading="lazy"
        draggable={false}
        className={
          alone ? 'block h-auto max-h-80 w-auto max-w-full' : 'aspect-square size-full object-cover'
        }
      />
    </button>
  );
}

function OtherFile({ file }: { file: Attachment }) {
  const { kind, name, url, size, removed, duration_ms = null, waveform = [] } = file;
  if (removed) {
    return (
      <span className={cx(card, 'text-muted')}>
        <FileCard name={kind === 'voice' ? t('files.voice') : name} note="" />
        <span className="text-xs">{t('files.gone')}</span>
      </span>
    );
  }
  if (kind === 'voice' || kind === 'audio') {
    const label = kind === 'voice' ? t('files.voice') : name;
    return <Player source={url} label={label} duration_ms={duration_ms} waveform={waveform} />;
  }
  if (kind === 'video') {
    return (
      <video
        src={url}
        aria-label={name}
        controls
        preload="metadata"
        className="max-h-80 max-w-full rounded-2xl bg-black"
      />
    );
  }
  const note = size > 0 ? formatSize(size, locale()) : '';
  return (
    <a
      href={url}
      download={name}
      aria-label={`${t('files.download', { name })} ${note}`}
      className={cx(card, 'hover:bg-hover')}
    >
      <FileCard name={name} note={note} />
    </a>
  );
}

function UnderWay({
  message,
  enclosure,
  onCancel,
}: {
  message: LogMessage;
  enclosure: Enclosure;
  onCancel: () => void;
}) {
  return (
    <>
      {enclosure.files.map((file, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- two may have all in common
        <LocalFile key={index} file={file} />
      ))}
      {message.state === 'sending' && (
        <div className="flex w-48 items-center gap-1">
          <progress
            value={message.progress ?? 0}
            max={1}
            aria-label={t('files.progress')}
            className="h-1 min-w-0 flex-1 appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-all"
          />
          <IconButton label={t('files.cancel')} onClick={onCancel}>
            <X size={15} aria-hidden />
          </IconButton>
        </div>
      )}
    </>
  );
}
