import { isDeepStrictEqual } from 'node:util';
import { ErrorBody } from '@parley/protocol';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { z } from 'zod/mini';

type Schema = z.core.$ZodType;

/** A route's answers by status, with the one form of all failures beside them, for OpenAPI. */
export function answers<const S extends Readonly<Record<number, Schema>>>(
  schemas: S,
): S & { default: typeof ErrorBody } {
  return { ...schemas, default: ErrorBody };
}

/** An answer that is JSON already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * How answers become JSON. The compiler holds them to their schemas already; with `check`, which
 * tests use, so does the running server, and an answer that says more or less becomes a 500.
 */
export function answerSerializer(check: boolean): FastifySerializerCompiler<Schema> {
  if (!check) return () => textOf;
  return ({ schema, method, url }) =>
    (data) => {
      const json = textOf(data);
      const plain: unknown = JSON.parse(json);
      const result = z.safeParse(schema, plain);
      const route = `${method} ${url}`;
      if (!result.success) throw new Error(`${route}: ${z.prettifyError(result.error)}`);
      if (!isDeepStrictEqual(result.data, plain)) throw new Error(`${route} says more: ${json}`);
      return json;
    };
}

function textOf(data: unknown): string {
  return data instanceof JsonText ? data.text : JSON.stringify(data);
}
