import { join } from 'node:path';
import { createAttachmentQueries } from '../attachment/attachment.queries.ts';
import { createFileCommands } from '../attachment/file.commands.ts';
import { fileKeyFrom } from '../attachment/file-link.ts';
import { Forms } from '../attachment/form.http.ts';
import { IncomingFolder } from '../attachment/incoming.disk.ts';
import type { RequestLimits } from '../http/request-limits.ts';
import type { Services } from '../http/services.ts';
import { scanOf, storageOf } from '../outside.ts';
import type { Parts } from './parts.ts';

type Files = Pick<
  Services,
  'attachmentQueries' | 'fileCommands' | 'forms' | 'storage' | 'fileLinks'
>;

/** How files come in, where they lie, and how they are fetched. */
export function createFiles(
  { options, context, keys }: Parts,
  requestLimits: RequestLimits,
): Files {
  const { config, clock, logger } = options;
  const { limits, dataDir } = config;
  const incoming = new IncomingFolder(join(dataDir, 'incoming'));
  const storage = storageOf(options);
  const scan = scanOf(options);
  const fileKeys = keys.all.map((key) => fileKeyFrom(key.reveal()));
  return {
    attachmentQueries: createAttachmentQueries(context),
    fileCommands: createFileCommands({ context, storage, incoming, limits, scan, logger }),
    forms: new Forms({ incoming, limits, requestLimits }),
    storage,
    fileLinks: () => ({ fileKeys, now_ms: clock.now_ms() }),
  };
}
