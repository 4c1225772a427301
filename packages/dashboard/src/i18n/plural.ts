/** Text by number, after the plural rules of its language; `{count}` is the number. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** The same words in another language: none may be missing. A test compares the `{places}`. */
export type Translated<Words> = {
  readonly [K in keyof Words]: Words[K] extends string ? string : Plural;
};
