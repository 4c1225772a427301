import { z } from 'zod/mini';
import { AppError } from '../app-error.ts';
import type { App } from '../http/app.ts';
import { PathId } from '../http/params.ts';
import type { Services } from '../http/services.ts';
import type { AttachmentState } from './attachment.ts';
import { type FileVariant, isFileUrlValid } from './file-link.ts';
import { contentDisposition } from './file-name.ts';
import { parseRange } from './range.ts';

const FileParams = z.object({ id: PathId, name: z.string() });
const FileQuery = z.object({
  expires: z.optional(z.coerce.number()),
  signature: z.optional(z.string().check(z.maxLength(100))),
  thumbnail: z.optional(z.literal('1')),
});

/** What browsers may show in place; everything else they save. Nothing of it can hold a script. */
const SHOWN = /^(image\/(jpeg|png|webp|gif)|(audio|video)\/(mpeg|wav|aac|flac|ogg|webm|mp4))$/;

/** Even opened alone, a file is no page of ours: it has no origin and loads nothing. */
const POLICY = [
  'sandbox',
  "default-src 'none'",
  "img-src 'self'",
  "media-src 'self'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'none'",
].join('; ');

/** The files of messages, for whoever has a signed address. */
export function registerFileRoutes(app: App, services: Services): void {
  const { attachmentQueries, storage, fileLinks } = services;
  app.get(
    '/files/:id/:name',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Files'],
        summary: 'A file of a message, by the address that the message gives',
        description:
          'Signed for this file alone, good for at least a day. Answers ranges. 403: the address was changed or is over; fetch the message again for a new one.',
        params: FileParams,
        querystring: FileQuery,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { expires = 0, signature = '', thumbnail } = request.query;
      const variant: FileVariant = thumbnail === undefined ? 'whole' : 'thumbnail';
      if (!isFileUrlValid({ id, variant, expires, signature }, fileLinks())) {
        throw new AppError('forbidden', 'This address is not valid, or no longer.');
      }
      const found = await attachmentQueries.findFile(id);
      const content = found === null ? null : contentOf(found, variant);
      if (content === null) throw gone();

      const etag = `"${content.key}"`;
      void reply.headers({
        etag,
        'accept-ranges': 'bytes',
        'cache-control': 'private, max-age=86400, immutable',
        'content-security-policy': POLICY,
        // The address is the permission, wherever the page that shows it stands.
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
      });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();

      const ifRange = request.headers['if-range'];
      const asked = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
      const range = parseRange(asked, content.size_bytes);
      if (range === null) {
        void reply.header('content-range', `bytes */${content.size_bytes}`);
        throw new AppError('range_not_satisfiable', 'The file is shorter.');
      }
      const bytes = await storage.read(content.key, range === 'whole' ? null : range);
      if (bytes === null) throw gone();
      void reply.headers({
        'content-type': content.type,
        'content-disposition': contentDisposition(content.as, content.name),
        'content-length': range === 'whole' ? content.size_bytes : range.end - range.start + 1,
      });
      if (range === 'whole') return reply.send(bytes);
      const { start, end } = range;
      return reply
        .code(206)
        .header('content-range', `bytes ${start}-${end}/${content.size_bytes}`)
        .send(bytes);
    },
  );
}

function contentOf(file: AttachmentState, variant: FileVariant) {
  const { name } = file;
  if (variant === 'thumbnail') {
    const { thumbnail } = file.meta;
    return thumbnail === undefined
      ? null
      : { ...thumbnail, name: `${name}.webp`, type: 'image/webp', as: 'inline' as const };
  }
  const isShown = SHOWN.test(file.type);
  return {
    key: file.storageKey,
    size_bytes: file.size_bytes,
    name,
    type: isShown ? file.type : 'application/octet-stream',
    as: isShown ? ('inline' as const) : ('attachment' as const),
  };
}

function gone(): AppError {
  return new AppError('not_found', 'There is no such file any more.');
}
