import { expect } from 'vitest';

/** Words for people, whichever: `expect.any` is of type any. */
export const SOME_TEXT: unknown = expect.any(String);
