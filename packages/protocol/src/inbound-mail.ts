import { z } from 'zod/mini';
import { success } from './api-visitor.ts';
import { filledText, Id } from './primitive.ts';

const Address = filledText(320);

/** A mail that somebody received for the server, and hands in. */
export const InboundMail = z.object({
  /** The `Message-ID` of the mail: one mail is one message. */
  message_id: filledText(1_000),
  /** The address alone, without a name. */
  from: Address,
  /** All to which it came, one of them the signed one of our mail. */
  to: z.array(Address).check(z.minLength(1), z.maxLength(50)),
  /** As plain text; what it quotes is taken off. */
  text: filledText(500_000),
});
export type InboundMail = z.infer<typeof InboundMail>;

export const InboundMailAnswer = z.object({
  ...success,
  message: z.object({ id: Id, conversation_id: Id }),
});
export type InboundMailAnswer = z.infer<typeof InboundMailAnswer>;
