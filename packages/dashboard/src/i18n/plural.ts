/** Text by number, after the language's plural rules; `{count}` is the number. */
export interface Plural {
  readonly one: string;
  readonly other: string;
}
