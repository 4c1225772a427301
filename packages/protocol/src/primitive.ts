import { z } from 'zod/mini';

/** Ids and numbers of places are integers that JavaScript and both databases hold exactly. */
export const Id = z.int().check(z.positive());
export const Seq = z.int().check(z.nonnegative());

/**
 * Text as both databases keep it byte for byte: no NUL (PostgreSQL refuses it), no lone surrogate
 * (it has no UTF-8 form). Length in UTF-16 units, as browsers count for `maxlength`.
 */
export const text = (max_chars: number) =>
  z.string().check(
    z.maxLength(max_chars),
    z.refine((value) => !value.includes('\u0000') && value.isWellFormed(), {
      error: 'must not contain NUL or lone surrogates',
    }),
  );

/** As {@link text}, and something must be left after trimming. */
export const filledText = (max_chars: number) =>
  text(max_chars).check(z.refine((value) => value.trim() !== '', { error: 'must not be empty' }));

/** `Y-m-d H:i:s` in UTC, as Laravel prints it. */
export const DateTime = z.string().check(z.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/));

/** Unix seconds. */
export const Timestamp = z.int();

export const ClientMessageId = z.uuid();

/** What was formatted last: one message is told to several in the same second. */
let formatted = { unix_s: NaN, text: '' };

/** Formats Unix milliseconds as {@link DateTime}. */
export function formatDateTime(unix_ms: number): string {
  const unix_s = Math.floor(unix_ms / 1000);
  if (formatted.unix_s !== unix_s) {
    const text = new Date(unix_ms).toISOString().slice(0, 19).replace('T', ' ');
    formatted = { unix_s, text };
  }
  return formatted.text;
}
