import { z } from 'zod/mini';
import type { Access } from '../http/access.ts';
import type { Route } from '../http/route-table.ts';
import { sampleOf } from './schema-sample.ts';

/** A route with what it takes, as the API's own document says it. */
export interface Operation {
  /** As in the document: `GET /admin/sites/{id}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly pathParameters: readonly string[];
  readonly query: Readonly<Record<string, unknown>>;
  /** A right body in JSON; undefined where none is taken. */
  readonly body: unknown;
  /** The field of a form that holds files; null where none are taken. */
  readonly fileField: string | null;
}

const Parameter = z.object({ in: z.string(), name: z.string(), schema: z.unknown() });
const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Document = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        parameters: z.optional(z.array(Parameter)),
        requestBody: z.optional(z.object({ content: Content })),
      }),
    ),
  ),
});
const FormSchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });

/** All operations of the document, each with its access as the running server has it. */
export function operationsOf(document: unknown, routes: readonly Route[]): readonly Operation[] {
  const { paths } = z.parse(Document, document);
  const accessOf = new Map(
    routes.map(({ method, url, access }) => [
      `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
      access,
    ]),
  );
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([lower, { parameters = [], requestBody }]) => {
      const method = lower.toUpperCase();
      const name = `${method} ${path}`;
      const access = accessOf.get(name);
      if (access === undefined) throw new Error(`${name} is no route`);
      const json = requestBody?.content['application/json'];
      const form = requestBody?.content['multipart/form-data'];
      const inQuery = parameters.filter((parameter) => parameter.in === 'query');
      return {
        name,
        method,
        path,
        access,
        pathParameters: parameters.filter((one) => one.in === 'path').map((one) => one.name),
        query: Object.fromEntries(inQuery.map((one) => [one.name, sampleOf(one.schema, one.name)])),
        body: json === undefined ? undefined : sampleOf(json.schema),
        fileField: form === undefined ? null : fileFieldOf(form.schema),
      };
    }),
  );
}

function fileFieldOf(schema: unknown): string {
  const { properties } = z.parse(FormSchema, schema);
  const found = Object.entries(properties).find(([, property]) =>
    JSON.stringify(property).includes('"binary"'),
  );
  if (found === undefined) throw new Error('A form without files');
  return found[0];
}

/** The path with its parameters as given. */
export function pathWith({ path }: Operation, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '1');
}
