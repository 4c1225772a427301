import { z } from 'zod/mini';

/** An id in a path: a positive integer in its plain decimal form. */
export const PathId = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,15}$/, { error: 'must be a positive integer' })),
  z.transform(Number),
);

export const IdParams = z.object({ id: PathId });
export const MessageParams = z.object({ id: PathId, message: PathId });
