import { randomUUID } from 'node:crypto';
import { z } from 'zod/mini';

/*
 * A right value for any schema of the API's document, with all that may be left out: what hostile
 * values are then put into, one place at a time.
 */

/** What is read of a JSON Schema here. */
const Schema = z.looseObject({
  $ref: z.optional(z.string()),
  type: z.optional(z.string()),
  format: z.optional(z.string()),
  pattern: z.optional(z.string()),
  const: z.optional(z.unknown()),
  enum: z.optional(z.array(z.unknown())),
  anyOf: z.optional(z.array(z.unknown())),
  minLength: z.optional(z.number()),
  maxLength: z.optional(z.number()),
  minimum: z.optional(z.number()),
  exclusiveMinimum: z.optional(z.number()),
  items: z.optional(z.unknown()),
  properties: z.optional(z.record(z.string(), z.unknown())),
  propertyNames: z.optional(z.unknown()),
  additionalProperties: z.optional(z.unknown()),
});

/** Texts that mean something; the first that fits a pattern is taken. */
const WORDS: readonly string[] = [
  'hello',
  '1',
  'en',
  'UTC',
  '#0f766e',
  '12:00',
  '2026-11-20',
  'https://shop.example',
  '0123456789abcdef',
  '0123456789abcdef0123456789abcdef',
];

/** By name, where the schema alone does not say what makes sense; undefined: better left out. */
const BY_NAME: Readonly<Record<string, (schema: z.infer<typeof Schema>) => unknown>> = {
  time_zone: () => 'UTC',
  zone: () => 'UTC',
  socket_id: () => '1.2',
  provider: () => 'reverb',
  // What alone may have a time to wake.
  status: () => 'snoozed',
  endpoint: () => 'https://fcm.googleapis.com/fcm/send/1',
  snoozed_until: () => Math.floor(Date.now() / 1_000) + 3_600,
  // After `from`.
  to: ({ pattern = '' }) => (pattern.includes(':') ? '24:00' : '2026-11-30'),
  // `after` and `before` exclude each other.
  before: () => undefined,
  // Signed by a secret of the site.
  identity_token: () => undefined,
};

/**
 * @param name of the property that it is for
 * @throws where no text at hand fits: add one to {@link WORDS}, or to {@link BY_NAME}
 */
export function sampleOf(given: unknown, name = ''): unknown {
  const schema = z.parse(Schema, given);
  const byName = BY_NAME[name];
  if (byName !== undefined) return byName(schema);
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0]);
  switch (schema.type) {
    case 'string':
      return sampleText(schema);
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      // Files are no JSON.
      return z.parse(Schema, schema.items).format === 'binary' ? [] : [sampleOf(schema.items)];
    case 'object':
      return sampleObject(schema);
    default:
      throw new Error(`No sample is known for ${JSON.stringify(given)}`);
  }
}

function sampleText({ format, pattern, minLength = 0, maxLength = 1_000 }: z.infer<typeof Schema>) {
  if (format === 'uuid') return randomUUID();
  if (format === 'email') return 'somebody@people.example';
  const fits = new RegExp(pattern ?? '', 'u');
  const found = WORDS.map((word) => word.repeat(Math.ceil(minLength / word.length) || 1)).find(
    (word) => word.length <= maxLength && fits.test(word),
  );
  if (found === undefined) throw new Error(`No word at hand fits ${pattern ?? 'the lengths'}`);
  return found;
}

function sampleObject(schema: z.infer<typeof Schema>): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, property]) => [name, sampleOf(property, name)] as const,
  );
  if (properties.length > 0 || typeof schema.additionalProperties !== 'object') {
    return Object.fromEntries(properties);
  }
  const key = schema.propertyNames === undefined ? 'key' : sampleOf(schema.propertyNames);
  return { [String(key)]: sampleOf(schema.additionalProperties) };
}

/** Where in a value something stands: names and places, from the outside in. */
export type Place = readonly (string | number)[];

/** Every place in a sample, its outside apart. */
export function placesIn(value: unknown, at: Place = []): readonly Place[] {
  const inside = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  const own = at.length === 0 ? [] : [at];
  return [...own, ...inside.flatMap(([name, item]) => placesIn(item, [...at, name]))];
}

export function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (inner, name) => (inner as Readonly<Record<string | number, unknown>>)[name],
    value,
  );
}

const MARK = '\uE000 here \uE000';

/** The sample as JSON, with `raw` in one place of it. */
export function jsonWith(sample: unknown, place: Place, raw: string): string {
  const copy: unknown = structuredClone(sample);
  const name = place.at(-1);
  if (name === undefined) return raw;
  const holder = valueAt(copy, place.slice(0, -1)) as Record<string | number, unknown>;
  holder[name] = MARK;
  return JSON.stringify(copy).replace(JSON.stringify(MARK), () => raw);
}
