import { z } from 'zod';
import { LIMITS } from '@parley/protocol';
import { Secret } from './secret.ts';

/**
 * The variables of SPEC §8, each as text, turned into what it means. Empty and Laravel's `null`
 * count as absent. Messages never repeat a value: it may be a secret.
 */
const port = (lowest: number) =>
  z.coerce
    .number('must be a port number')
    .int('must be a whole number')
    .min(lowest, `must be at least ${lowest}`)
    .max(65_535, 'must be at most 65535');

const integer = (lowest: number, highest: number) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(lowest, `must be at least ${lowest}`)
    .max(highest, `must be at most ${highest}`);

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

const secret = z.string().transform((value) => new Secret(value));

const boolean = z
  .stringbool({
    truthy: ['true', '(true)', '1', 'yes', 'on'],
    falsy: ['false', '(false)', '0', 'no', 'off'],
  })
  .or(z.never())
  .catch((context) => {
    context.issues.splice(0, context.issues.length);
    return z.NEVER;
  });

export { boolean, integer, LIMITS, oneOf, port, secret, z };
