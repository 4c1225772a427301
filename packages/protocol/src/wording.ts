import { z } from 'zod/mini';
import { text } from './primitive.ts';

/** What all own words of a site may weigh, as JSON: every embedding page is told them. */
const WORDING_CHARS = 8_000;

/** A text of the widget, or its forms by plural category (`one`, `few`, … `other`). */
const Wording = z.union([
  text(500),
  z.object({
    zero: z.optional(text(500)),
    one: z.optional(text(500)),
    two: z.optional(text(500)),
    few: z.optional(text(500)),
    many: z.optional(text(500)),
    other: text(500),
  }),
]);
export type Wording = z.infer<typeof Wording>;

/**
 * The site's own words in place of the widget's, by language (`de`) and name of the text. Names that
 * the widget does not know say nothing.
 */
export const Wordings = z
  .record(
    z.string().check(z.regex(/^[a-z]{2,3}$/, { error: 'must be a language such as de' })),
    z.record(
      z.string().check(z.regex(/^[a-z][a-zA-Z\d]{0,39}$/, { error: 'must name a text' })),
      Wording,
    ),
  )
  .check(
    z.refine((wording) => JSON.stringify(wording).length <= WORDING_CHARS, {
      error: `must be at most ${WORDING_CHARS} characters of JSON`,
    }),
  );
export type Wordings = z.infer<typeof Wordings>;
