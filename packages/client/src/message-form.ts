import type { Enclosure } from './enclosure.ts';
import type { RequestOptions } from './http.ts';
import type { OutboxEntry } from './outbox-entry.ts';

/** An upload that stands still for so long is begun anew; the server may draw large pictures. */
const STALLED_ms = 45_000;

/** A message with files or a recording, as the server's forms want it (SPEC §3). */
export function formOf(
  { text, clientMessageId, private: note }: OutboxEntry,
  { files, recording }: Enclosure,
  onProgress: (progress: number) => void,
): Pick<RequestOptions, 'form' | 'timeout_ms'> {
  const field = recording === null ? 'files' : 'audio';
  return {
    timeout_ms: STALLED_ms,
    form: {
      fields: {
        client_message_id: clientMessageId,
        ...(text === '' ? {} : { text }),
        ...(note ? { private: 'true' } : {}),
        ...(recording === null
          ? {}
          : {
              duration_ms: String(Math.round(recording.duration_ms)),
              waveform: JSON.stringify(recording.waveform),
            }),
      },
      files: files.map(({ name, blob }) => ({ field, name, blob })),
      onProgress: (sent_bytes, total_bytes) => {
        if (total_bytes > 0) onProgress(sent_bytes / total_bytes);
      },
    },
  };
}
