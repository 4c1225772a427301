import './files.css';
import './words.ts';
import {
  extensionLabel,
  formatSize,
  isShownPicture,
  type LogMessage,
  type OutgoingFile,
} from '@parley/client';
import type { Attachment } from '@parley/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useChat, useLanguage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { Lightbox } from './lightbox.tsx';
import { useObjectUrl } from './object-url.ts';
import { Player } from './player.tsx';
import type { ChosenFiles } from './use-files.ts';

export { Player } from './player.tsx';

/** The files of a message, on their way or there. */
export function FilesOfMessage({ message }: { readonly message: LogMessage }): JSX.Element {
  const { attachments, enclosure } = message;
  // Once it is sent it is still played from here: who listens to it hears on.
  const [spoken] = useState(enclosure);
  return (
    <div class="files">
      {spoken?.recording ? (
        <LocalVoice blob={spoken.files[0]?.blob ?? null} {...spoken.recording} />
      ) : enclosure === null ? (
        <Arrived attachments={attachments} />
      ) : (
        enclosure.files.map((file, index) => <LocalFile key={index} file={file} />)
      )}
      {enclosure !== null && message.state === 'sending' && <Upload message={message} />}
    </div>
  );
}

function Arrived({ attachments }: { readonly attachments: readonly Attachment[] }): JSX.Element {
  const [opened, setOpened] = useState<number | null>(null);
  const isPicture = ({ kind, removed }: Attachment): boolean => kind === 'image' && !removed;
  const pictures = attachments.filter(isPicture);
  const others = attachments.filter((file) => !isPicture(file));
  return (
    <>
      {pictures.length > 0 && (
        <div class={pictures.length === 1 ? 'pictures one' : 'pictures'}>
          {pictures.map((picture, index) => (
            <Picture key={picture.id} picture={picture} onOpen={() => setOpened(index)} />
          ))}
        </div>
      )}
      {others.map((file) => (
        <OtherFile key={file.id} file={file} />
      ))}
      {opened !== null && (
        <Lightbox pictures={pictures} first={opened} onClose={() => setOpened(null)} />
      )}
    </>
  );
}

function Picture({
  picture,
  onOpen,
}: {
  readonly picture: Attachment;
  readonly onOpen: () => void;
}): JSX.Element {
  const { text } = useLanguage();
  const { name, url, thumbnail_url, type, width, height } = picture;
  // What moves is shown moving.
  const source = type === 'image/gif' ? url : (thumbnail_url ?? url);
  return (
    <button
      type="button"
      class="picture"
      aria-label={text('openPicture', { name })}
      aria-haspopup="dialog"
      onClick={onOpen}
    >
      <img src={source} alt="" width={width} height={height} loading="lazy" draggable={false} />
    </button>
  );
}

function OtherFile({ file }: { readonly file: Attachment }): JSX.Element {
  const { text, locale } = useLanguage();
  const { kind, name, url, size, removed } = file;
  if (removed) {
    return (
      <span class="file gone">
        <FileCard name={kind === 'voice' ? text('voice') : name} note="" />
        <small>{text('fileGone')}</small>
      </span>
    );
  }
  if (kind === 'voice' || kind === 'audio') {
    const { duration_ms = null, waveform = [] } = file;
    const label = kind === 'voice' ? text('voice') : name;
    return <Player source={url} label={label} duration_ms={duration_ms} waveform={waveform} />;
  }
  if (kind === 'video') {
    return <video class="video" src={url} aria-label={name} controls preload="metadata" />;
  }
  const note = size > 0 ? formatSize(size, locale) : '';
  return (
    <a class="file" href={url} download={name} aria-label={`${text('download', { name })} ${note}`}>
      <FileCard name={name} note={note} />
    </a>
  );
}

/** Name and size. But for the name it is drawn: what is read out, the link says as a whole. */
function FileCard({ name, note }: { readonly name: string; readonly note: string }): JSX.Element {
  return (
    <>
      <span class="kind" data-drawn={extensionLabel(name) || '…'} />
      <span class="about">
        <bdi class="file-name">{name}</bdi>
        <small data-drawn={note} />
      </span>
    </>
  );
}

function Upload({ message }: { readonly message: LogMessage }): JSX.Element {
  const { text } = useLanguage();
  const chat = useChat();
  return (
    <div class="upload">
      <progress value={message.progress ?? 0} max={1} aria-label={text('sending')} />
      <button
        type="button"
        class="icon-button"
        aria-label={text('cancelUpload')}
        onClick={() => chat.discard(message.key)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function LocalVoice({
  blob,
  duration_ms,
  waveform,
}: {
  readonly blob: Blob | null;
  readonly duration_ms: number;
  readonly waveform: readonly number[];
}): JSX.Element | null {
  const { text } = useLanguage();
  const url = useObjectUrl(blob);
  if (url === null) return null;
  return (
    <Player source={url} label={text('voice')} duration_ms={duration_ms} waveform={waveform} />
  );
}

function LocalFile({ file }: { readonly file: OutgoingFile }): JSX.Element {
  const { text, locale } = useLanguage();
  const isPicture = isShownPicture(file.type);
  const url = useObjectUrl(isPicture ? file.blob : null);
  if (isPicture) {
    const name = text('picture', { name: file.name });
    return <div class="picture local">{url !== null && <img src={url} alt={name} />}</div>;
  }
  return (
    <div class="file">
      <FileCard name={file.name} note={formatSize(file.blob.size, locale)} />
    </div>
  );
}

/** What goes along with the next message. */
export function Tray({ chosen }: { readonly chosen: ChosenFiles }): JSX.Element {
  const { text, locale } = useLanguage();
  const { files, problem } = chosen;
  return (
    <div class="tray">
      {problem !== null && (
        <div class="fault" role="alert">
          {problem.kind === 'too-large'
            ? text('fileTooLarge', {
                name: problem.name,
                size: formatSize(problem.limit_bytes, locale),
              })
            : problem.kind === 'empty'
              ? text('fileEmpty', { name: problem.name })
              : text('tooManyFiles', { n: problem.limit })}
        </div>
      )}
      {files.length > 0 && (
        <ul>
          {files.map((file, index) => (
            <li key={index}>
              <LocalFile file={file} />
              <button
                type="button"
                class="remove"
                aria-label={text('removeFile', { name: file.name })}
                onClick={(event) => {
                  // It goes, and with it the keyboard's place.
                  event.currentTarget.form?.querySelector<HTMLElement>('.entry button')?.focus();
                  chosen.remove(file);
                }}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
