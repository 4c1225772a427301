import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import {
  Agent,
  Attachment,
  Conversation,
  ErrorBody,
  InboxEntry,
  MemberSite,
  Message,
  RealtimeConfig,
  Visitor,
  WEBHOOK_PAYLOADS,
} from '@parley/protocol';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';
import { z } from 'zod/mini';
import type { App } from './app.ts';
import { contentPolicy } from './content-policy.ts';

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0f6e6a"/><path d="M8 11.5A3.5 3.5 0 0 1 11.5 8h9a3.5 3.5 0 0 1 3.5 3.5v5a3.5 3.5 0 0 1-3.5 3.5H15l-4.2 3.7c-.5.4-1.3.1-1.3-.6v-3.4A3.5 3.5 0 0 1 8 16.5z" fill="#fff"/></svg>';

/** Schemas that stand by name in the document, wherever they are used. */
const NAMED = {
  Agent,
  Attachment,
  Conversation,
  ErrorBody,
  InboxEntry,
  MemberSite,
  Message,
  RealtimeConfig,
  Visitor,
};

/** The pages are Parley's: without the bar on which the plugin that draws them has its own name. */
const THEME = {
  title: 'Parley API',
  css: [{ filename: 'parley.css', content: '.swagger-ui .topbar { display: none; }' }],
  favicon: [
    { filename: 'mark.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: MARK },
  ],
};

/** The whole API as an OpenAPI document, from the schemas that validate, with pages to read it. */
export async function registerOpenApi(app: App, version: string): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) schemaRegistry.add(schema, { id });
  const toComponents = createJsonSchemaTransformObject({ schemaRegistry });
  const transform = createJsonSchemaTransform({ schemaRegistry });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Parley', description: 'Live chat for a website.', version },
      tags: [
        { name: 'Visitors', description: 'With a visitor token.' },
        { name: 'Agents', description: 'With a session, and its CSRF token for every change.' },
        {
          name: 'Channels',
          description: 'Who may hear what, in the manner of Pusher and Laravel.',
        },
        { name: 'Files', description: 'By the addresses that messages give.' },
        { name: 'Webhooks', description: 'Who is told of changes; what, stands under webhooks.' },
        { name: 'Server' },
      ],
      webhooks: webhooks(),
      components: {
        securitySchemes: {
          siteToken: { type: 'http', scheme: 'bearer', description: 'Public; stands in the page.' },
          visitorToken: { type: 'http', scheme: 'bearer', description: 'From `init`. Secret.' },
          session: { type: 'apiKey', in: 'cookie', name: 'parley_session' },
          csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-TOKEN' },
        },
      },
    },
    transform: (document) => withFiles(transform(document), document.route.config?.formFiles),
    transformObject: (document) => withoutUnused(toComponents(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: contentPolicy({
      'default-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'style-src': ["'self'", "'unsafe-inline'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    }),
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: false },
    theme: THEME,
  });
  app.get(
    '/api/openapi.json',
    { config: { access: 'public' }, schema: { hide: true } },
    (_request, reply) => reply.header('cache-control', 'public, max-age=300').send(app.swagger()),
  );
}

/** What is sent to those who asked for it. */
function webhooks() {
  return Object.fromEntries(
    Object.entries(WEBHOOK_PAYLOADS).map(([event, payload]) => {
      const { $schema: _, ...schema } = z.toJSONSchema(payload) as {
        $schema?: string;
        type: 'object';
      };
      const post = {
        tags: ['Webhooks'],
        summary: event,
        parameters: SIGNED_HEADERS,
        requestBody: { content: { 'application/json': { schema } } },
        responses: {
          '2XX': { description: 'Taken. Anything else is tried again, for three days.' },
          '410': { description: 'No more, ever: the webhook is switched off.' },
        },
      };
      return [event, { post }];
    }),
  );
}

/** Of Standard Webhooks. */
const SIGNED_HEADERS = [
  header('webhook-id', 'The same at each attempt.'),
  header('webhook-timestamp', 'Of this attempt, in Unix seconds.'),
  header('webhook-signature', '`v1,` and base64; after a renewal two of them.'),
];

function header(name: string, description: string) {
  const schema = { type: 'string' as const };
  return { name, description, in: 'header' as const, required: true, schema };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The field of a form that holds files, which come as `files`: for the document. */
    formFiles?: string;
  }
}

type Transformed = ReturnType<ReturnType<typeof createJsonSchemaTransform>>;

/** Files are no JSON: what a form says of them has no schema that could be turned into one. */
function withFiles(transformed: Transformed, field: string | undefined): Transformed {
  if (field === undefined || typeof transformed.schema !== 'object') return transformed;
  const body = transformed.schema.body as { properties: Record<string, object> };
  const { files, ...fields } = body.properties;
  const items = { type: 'string', format: 'binary' };
  const properties = { ...fields, [field]: { ...files, items } };
  const required = 'required' in body ? [field] : [];
  return {
    ...transformed,
    schema: { ...transformed.schema, body: { ...body, properties, required } },
  };
}

type Document = ReturnType<ReturnType<typeof createJsonSchemaTransformObject>>;

/** Each named schema comes in a form for requests as well, which mostly nothing refers to. */
function withoutUnused(document: Document): Document {
  if (!('components' in document)) return document;
  const text = JSON.stringify(document);
  const { components = {} } = document;
  const schemas = Object.entries(components.schemas ?? {}).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  return {
    ...document,
    components: { ...components, schemas: Object.fromEntries(schemas) },
  } as Document;
}
