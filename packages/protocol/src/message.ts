import { z } from 'zod/mini';
import { DateTime, Id, Seq, Timestamp } from './primitive.ts';

export const SenderType = z.enum(['visitor', 'agent', 'bot', 'system']);
export type SenderType = z.infer<typeof SenderType>;

/** A file or a voice recording of a message: everything that is needed to show it. */
export const Attachment = z.object({
  id: Id,
  name: z.string(),
  url: z.string(),
  /** Media type, decided from the content. */
  type: z.string(),
  /** In bytes. */
  size: z.int(),
  kind: z.enum(['image', 'audio', 'video', 'voice', 'file']),
  duration_ms: z.optional(z.int()),
  waveform: z.optional(z.array(z.number())),
  width: z.optional(z.int()),
  height: z.optional(z.int()),
  thumbnail_url: z.optional(z.string()),
  /** The site keeps files for some time only, and this one's is over: its address opens nothing. */
  removed: z.optional(z.literal(true)),
});
export type Attachment = z.infer<typeof Attachment>;

/** What one message may carry; named where it is not {@link LIMITS}. */
export const UploadLimits = z.object({
  /** Of one file. */
  file_bytes: z.int(),
  /** How many of them. */
  files: z.int(),
});
export type UploadLimits = z.infer<typeof UploadLimits>;

/** What the event of a new message and a fetched message have in common (SPEC §4). */
export const messageFields = {
  id: Id,
  conversation_id: Id,
  client_message_id: z.nullable(z.string()),
  sender_type: SenderType,
  sender_name: z.nullable(z.string()),
  text: z.string(),
  attachments: z.array(Attachment),
  created_at: DateTime,
  timestamp: Timestamp,
};

/** What only a message that may have changed carries. */
export const messageChangeFields = {
  edited_at: z.nullable(DateTime),
  deleted_at: z.nullable(DateTime),
  /** A note: agents see it, the visitor never does. Always false in the visitor stream. */
  private: z.boolean(),
};

/** A message as it is fetched. Its numbers are those of the reader's stream. */
export const Message = z.object({
  ...messageFields,
  /** The message's own place: where it stands in the log. */
  seq: Seq,
  /** The place of its last change; equals `seq` until it is edited or deleted. */
  changed_seq: Seq,
  ...messageChangeFields,
});
export type Message = z.infer<typeof Message>;
