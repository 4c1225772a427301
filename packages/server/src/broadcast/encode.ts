import { LIMITS, type Pointer } from '@parley/protocol';
import type { Publication } from './publication.ts';

/** What a socket is sent: an event's data, or a {@link Pointer} where that is more than a provider takes. */
export function sentData(
  publication: Publication,
  bytesMax: number = LIMITS.eventData_bytes,
): string {
  const { data } = publication;
  // Each UTF-16 unit is at most three bytes, so most events need no counting.
  const fits = data.length * 3 <= bytesMax || Buffer.byteLength(data) <= bytesMax;
  return fits ? data : JSON.stringify(pointerTo(publication));
}

/** Says that something is new and where; the client fetches it. */
function pointerTo({ conversationId, data }: Publication): Pointer {
  const { seq, conversation } = JSON.parse(data) as {
    seq?: number;
    conversation?: { id: number; head: number };
  };
  return {
    conversation_id: conversationId ?? conversation?.id ?? 0,
    seq: seq ?? conversation?.head ?? 0,
    truncated: true,
  };
}
