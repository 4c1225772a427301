import { z } from 'zod/mini';
import { LIMITS } from './limit.ts';
import { filledText, Id, text } from './primitive.ts';

export const Visitor = z.object({
  id: Id,
  name: z.nullable(z.string()),
  /** What the visitor typed, or what the site vouched for: see `verified`. */
  email: z.nullable(z.string()),
  /** Whether the site's own backend vouched for who this is (SEC-2). */
  verified: z.boolean(),
});
export type Visitor = z.infer<typeof Visitor>;

/** What the site says of its visitor beside name and address: shown to agents, and proves nothing. */
export const Attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type Attributes = z.infer<typeof Attributes>;

const AttributeName = filledText(LIMITS.attributeName_chars);

/** Added to what was said before; null takes one back. */
export const AttributesPatch = z
  .record(
    AttributeName,
    z.nullable(z.union([text(LIMITS.attribute_chars), z.number(), z.boolean()])),
  )
  .check(
    z.refine((value) => Object.keys(value).length <= LIMITS.attributes, {
      error: `must be at most ${LIMITS.attributes}`,
    }),
  );
export type AttributesPatch = z.infer<typeof AttributesPatch>;

export const VisitorName = text(LIMITS.name_chars);
export const Email = z.email().check(
  z.maxLength(LIMITS.email_chars),
  z.refine((value) => value.isWellFormed(), { error: 'must be well-formed' }),
);
/** A BCP 47 language tag. */
export const Locale = z
  .string()
  .check(z.maxLength(35), z.regex(/^[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*$/));
/** An IANA name, as the browser says it: `Europe/Lisbon`. */
export const TimeZone = z
  .string()
  .check(z.maxLength(64), z.regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/));
/** The page on which the widget stands. */
export const Page = z.object({
  url: text(LIMITS.pageUrl_chars),
  title: z.optional(text(LIMITS.pageTitle_chars)),
  referrer: z.optional(text(LIMITS.pageUrl_chars)),
});
export type Page = z.infer<typeof Page>;
