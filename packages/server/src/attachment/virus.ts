/** What a scanner said of a file; one that does not work says nothing. */
export type Verdict =
  | { readonly state: 'clean' }
  /** `virus`: what the scanner calls it; null where it does not say. */
  | { readonly state: 'infected'; readonly virus: string | null }
  /** It does not look into files of this size. */
  | { readonly state: 'too_large' };

/** @throws Error what a clamd that did not look at the file said in place of it */
export function verdictOf(answer: string): Verdict {
  if (/^stream: OK\0?$/.test(answer)) return { state: 'clean' };
  // The second with "AlertExceedsMax yes"; without, it calls clean what it did not look into.
  if (/^INSTREAM size limit exceeded|^stream: Heuristics\.Limits\.Exceeded/.test(answer)) {
    return { state: 'too_large' };
  }
  const [, virus] = /^stream: (.+) FOUND\0?$/.exec(answer) ?? [];
  if (virus !== undefined) return { state: 'infected', virus };
  throw new Error(answer === '' ? 'clamd hung up' : `clamd said: ${answer}`);
}
