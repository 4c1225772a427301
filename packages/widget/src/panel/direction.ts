/**
 * Which way a field is written: as its text, and as the language while there is none, since an empty
 * field of the direction `auto` would show its placeholder from left to right.
 */
export const directionOf = (typed: string): 'auto' | undefined =>
  typed === '' ? undefined : 'auto';
