import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod/mini';
import * as protocol from './index.ts';

/**
 * The guard of the wire: a change to any schema, limit or error code must be written down here on
 * purpose, with `npm run wire:accept`, and then stands in the diff for a reviewer to see.
 */
const lockFile = new URL('../wire.lock.json', import.meta.url);

test('the wire is as wire.lock.json says; `npm run wire:accept` after deciding otherwise', () => {
  const actual = wire();
  if (process.env['WIRE_ACCEPT'] === '1') {
    writeFileSync(lockFile, `${JSON.stringify(actual, null, 2)}\n`);
  }
  const locked: unknown = JSON.parse(readFileSync(lockFile, 'utf8'));
  expect(actual).toEqual(locked);
});

test('the guard sees a change of one field', () => {
  const before = fingerprint(z.toJSONSchema(protocol.Message));
  const changed = z.extend(protocol.Message, { seq: z.string() });
  expect(fingerprint(z.toJSONSchema(changed))).not.toBe(before);
});

function wire(): Record<string, string> {
  const entries = Object.entries(protocol)
    .filter(([, value]) => typeof value !== 'function')
    .map(([name, value]): [string, string] => [name, fingerprint(describe(value))]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describe(value: unknown): unknown {
  if (value instanceof z.core.$ZodType) return z.toJSONSchema(value, { unrepresentable: 'any' });
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, describe(part)]));
}

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
