import { hash } from 'node:crypto';
import { LIMITS, type Attachment, type UploadLimits } from '@parley/protocol';
import { type FileLinks, fileUrl } from './file-link.ts';

/** What is known of a file beside its name, type and size; as JSON in the database. */
export interface AttachmentMeta {
  readonly duration_ms?: number;
  /** From 0 to 1, evenly over the whole recording. */
  readonly waveform?: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly thumbnail?: { readonly key: string; readonly size_bytes: number };
}

/** A file that lies in the storage and waits for a message to take it. Plain data. */
export interface KeptFile {
  readonly storageKey: string;
  readonly name: string;
  readonly type: string;
  readonly size_bytes: number;
  readonly kind: Attachment['kind'];
  readonly meta: AttachmentMeta;
}

/** A file of a message. */
export interface AttachmentState extends KeptFile {
  readonly id: number;
  /** Its time was over: only what it was called is left. */
  readonly removed: boolean;
}

/** Everything of a file that lies in the storage. */
export function storageKeysOf(file: Pick<KeptFile, 'storageKey' | 'meta'>): string[] {
  const { thumbnail } = file.meta;
  return thumbnail === undefined ? [file.storageKey] : [file.storageKey, thumbnail.key];
}

/** What the wire says of a file, with addresses that open it for a while. */
export function presentAttachment(file: AttachmentState, links: FileLinks): Attachment {
  const { duration_ms, waveform, width, height, thumbnail } = file.meta;
  return {
    id: file.id,
    name: file.name,
    url: fileUrl(file, 'whole', links),
    type: file.type,
    size: file.size_bytes,
    kind: file.kind,
    ...(duration_ms === undefined ? {} : { duration_ms }),
    ...(waveform === undefined ? {} : { waveform: [...waveform] }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(thumbnail === undefined ? {} : { thumbnail_url: fileUrl(file, 'thumbnail', links) }),
    ...(file.removed && { removed: true }),
  };
}

/** Tells the same files from others (SYNC-2): by names and contents as they were sent. */
export function filesHash(files: readonly { name: string; sha256: string }[]): string {
  return hash('sha256', JSON.stringify(files.map(({ name, sha256 }) => [name, sha256])));
}

/** What pages are told of a server that takes other files than others do. */
export function uploadLimits(limits: { file_bytes: number; filesPerMessage: number }): {
  uploads?: UploadLimits;
} {
  const { file_bytes, filesPerMessage: files } = limits;
  const isUsual = file_bytes === LIMITS.file_bytes && files === LIMITS.filesPerMessage;
  return isUsual ? {} : { uploads: { file_bytes, files } };
}
