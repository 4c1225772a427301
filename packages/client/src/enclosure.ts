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
