import { LIMITS, type Pointer } from '@parley/protocol';
import type { Publication } from './publication.ts';

/** An event's data as JSON text, made once for all who receive it. */
export interface Encoded {
  /** All of it, for the polling feed. */
  readonly full: string;
  /** For a socket: a {@link Pointer} where all of it is more than a provider takes. */
  readonly sent: string;
}

export function encode(
  publication: Publication,
  bytesMax: number = LIMITS.eventData_bytes,
): Encoded {
  const full = JSON.stringify(publication.data);
  // Each UTF-16 unit is at most three bytes, so most events need no counting.
  const fits = full.length * 3 <= bytesMax || Buffer.byteLength(full) <= bytesMax;
  return { full, sent: fits ? full : JSON.stringify(pointerTo(publication)) };
}

/** Says that something is new and where; the client fetches it. */
function pointerTo({ conversationId, data }: Publication): Pointer {
  const { seq, conversation } = data as {
    seq?: number;
    conversation?: { id: number; head: number };
  };
  return {
    conversation_id: conversationId ?? conversation?.id ?? 0,
    seq: seq ?? conversation?.head ?? 0,
    truncated: true,
  };
}
