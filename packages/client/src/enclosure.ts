import { PAGE_LIMITS, type UploadLimits } from '@parley/protocol';
import { integer, list, nullable, number, object, string, type Guard } from './guard.ts';

/** A file that goes with a message. The browser keeps its content, mostly on disk. */
export interface OutgoingFile {
  readonly name: string;
  /** As the browser says; the server decides anew from the content. */
  readonly type: string;
  readonly blob: Blob;
}

/** How long a voice message is, and its shape: up to 128 levels from 0 to 1. */
export interface Recording {
  readonly duration_ms: number;
  readonly waveform: readonly number[];
}

/** What goes with a message beside its text: files, or one recording. */
export interface Enclosure {
  readonly files: readonly OutgoingFile[];
  /** Null: they are files. */
  readonly recording: Recording | null;
}

const blob: Guard<Blob> = (value): value is Blob => value instanceof Blob;

export const isEnclosure = object<Enclosure>({
  files: list(object<OutgoingFile>({ name: string, type: string, blob })),
  recording: nullable(object<Recording>({ duration_ms: integer, waveform: list(number) })),
});

/** Why not all of what was chosen goes along. */
export type FileProblem =
  | { readonly kind: 'too-large'; readonly name: string; readonly limit_bytes: number }
  | { readonly kind: 'empty'; readonly name: string }
  | { readonly kind: 'too-many'; readonly limit: number };

/** What was chosen, added to what was before, as far as the server takes it. */
export function addFiles(
  before: readonly OutgoingFile[],
  chosen: Iterable<File>,
  limits: UploadLimits = { file_bytes: PAGE_LIMITS.file_bytes, files: PAGE_LIMITS.filesPerMessage },
): { readonly files: readonly OutgoingFile[]; readonly problem: FileProblem | null } {
  const files = [...before];
  let problem: FileProblem | null = null;
  for (const blob of chosen) {
    const { name, type, size } = blob;
    const limit_bytes = limits.file_bytes;
    if (size > limit_bytes) problem = { kind: 'too-large', name, limit_bytes };
    else if (size === 0) problem = { kind: 'empty', name };
    else if (files.length >= limits.files) problem = { kind: 'too-many', limit: limits.files };
    else files.push({ name, type, blob });
  }
  return { files, problem };
}

/** The files of a paste or a drop, without folders; none where text comes along, which is meant then. */
export function filesIn(data: DataTransfer | null): readonly File[] {
  if (data === null || data.types.includes('text/plain')) return [];
  return Array.from(data.items).flatMap((item) => {
    if (item.kind !== 'file' || item.webkitGetAsEntry()?.isDirectory === true) return [];
    return item.getAsFile() ?? [];
  });
}
