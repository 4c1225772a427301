import type { Plural } from './en.ts';

/** What only conversations with files say: it is loaded with the part that shows them. */
export const enFiles = {
  removeFile: 'Remove {name}',
  fileTooLarge: '{name} is too large. A file may have up to {size}.',
  fileEmpty: '{name} is empty.',
  tooManyFiles: {
    one: 'A message may have one file.',
    other: 'A message may have up to {n} files.',
  } as Plural,
  cancelUpload: 'Cancel upload',
  openPicture: 'Open picture {name}',
  picture: 'Picture {name}',
  closePicture: 'Close picture',
  previousPicture: 'Previous picture',
  nextPicture: 'Next picture',
  download: 'Download {name}',
  voice: 'Voice message',
  play: 'Play',
  pause: 'Pause',
  position: 'Position',
  speed: 'Speed {n}×',
  fileGone: 'No longer available',
  unplayable: 'This recording cannot be played here.',
  recording: 'Recording',
  stopRecording: 'Stop recording',
  discardRecording: 'Discard recording',
  micWait: 'Waiting for the microphone…',
  micRefused: 'The microphone is blocked. Allow it for this site in your browser, then try again.',
  micMissing: 'No microphone was found.',
  micFailed: 'The microphone cannot be used here.',
} as const;
